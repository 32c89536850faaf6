"""What the CDK puts in for itself is left out, and secrets are hidden."""

import pytest

from tests.plan.assemblies import manifest, resource, thing
from tests.plan.changes.compared import fields, listed, objects, resources

_ONE, _OTHER = "1" * 64, "2" * 64


def test_the_metadata_of_the_cdk_is_no_change() -> None:
    """A new version of the library changes it, and nobody else."""
    changes = resources(
        {"CDKMetadata": resource("AWS::CDK::Metadata", "", {"Analytics": "a"})},
        {"CDKMetadata": resource("AWS::CDK::Metadata", "", {"Analytics": "b"})},
    )

    assert listed(changes) == []


def test_a_hash_in_a_custom_resource_is_no_change() -> None:
    """It stands for things whose own change is shown: the gate of a release carries one."""
    changes = resources(
        {"Gate": resource("Custom::Release", "", {"Manifests": _ONE})},
        {"Gate": resource("Custom::Release", "", {"Manifests": _OTHER})},
    )

    assert listed(changes) == []


def test_another_property_of_a_custom_resource_is_a_change() -> None:
    """Only the hash is noise."""
    changes = resources(
        {"Gate": resource("Custom::Release", "", {"Manifests": _ONE, "Services": ["a"]})},
        {"Gate": resource("Custom::Release", "", {"Manifests": _OTHER, "Services": ["b"]})},
    )

    assert fields(changes) == {"Services[0]": ("a", "b")}


def test_of_an_asset_only_the_beginning_of_its_hash_is_shown() -> None:
    """Enough to see that the code is another one."""
    changes = resources(
        {"Code": resource("AWS::Lambda::Function", "", {"Code": {"S3Key": f"{_ONE}.zip"}})},
        {"Code": resource("AWS::Lambda::Function", "", {"Code": {"S3Key": f"{_OTHER}.zip"}})},
    )

    assert fields(changes) == {"Code.S3Key": ("11111111….zip", "22222222….zip")}


def test_the_digest_of_an_image_is_whole() -> None:
    """It is what somebody decided, not what the CDK computed."""
    changes = resources(
        {"It": resource("T", "", {"Image": f"a@sha256:{_ONE}"})},
        {"It": resource("T", "", {"Image": f"a@sha256:{_OTHER}"})},
    )

    assert fields(changes) == {"Image": (f"a@sha256:{_ONE}", f"a@sha256:{_OTHER}")}


def test_a_manifest_is_shown_as_the_objects_in_it() -> None:
    """The resource that carries an object is neither added nor changed with it."""
    changes = objects(
        [thing("ConfigMap", data={"a": "1"})],
        [thing("ConfigMap", data={"a": "2"}), thing("Service")],
    )

    assert listed(changes) == [
        ("Changed", "ConfigMap avadot/tarot"),
        ("Added", "Service avadot/tarot"),
    ]


def test_what_else_a_manifest_says_is_a_change_of_its_own() -> None:
    """How long kubectl may take belongs to no object in it."""
    before = manifest("App/tarot/Objects/Resource/Default", thing("Service"))
    after = manifest("App/tarot/Objects/Resource/Default", thing("Service"))
    after["Properties"]["ServiceTimeout"] = 60

    changes = resources({"Objects": before}, {"Objects": after})

    assert fields(changes) == {"ServiceTimeout": (None, 60)}


def test_the_label_of_the_cdk_is_no_change() -> None:
    """Each manifest marks its objects with its own."""
    before = manifest("App/tarot/Objects/Resource/Default", thing("Service"))
    after = manifest("App/tarot/Objects/Resource/Default", thing("Service"))
    for name in ("Manifest", "PruneLabel"):
        after["Properties"][name] = after["Properties"][name].replace("prune-c8", "prune-c9")

    assert listed(resources({"Objects": before}, {"Objects": after})) == []


def test_the_order_of_creation_is_no_change() -> None:
    """CloudFormation updates nothing for it."""
    it = resource("T", DependsOn=["Other"])

    assert listed(resources({"It": resource("T")}, {"It": it})) == []


def test_a_policy_of_deletion_is_a_change() -> None:
    """It decides what becomes of the data."""
    kept = resource("T", DeletionPolicy="Retain")

    assert fields(resources({"It": kept}, {"It": resource("T")})) == {
        "DeletionPolicy": ("Retain", None)
    }


@pytest.mark.parametrize("name", ["data", "stringData"])
def test_the_content_of_a_secret_is_hidden(name: str) -> None:
    """The output of a pipeline is read by many; that it changes is still said."""
    changes = objects(
        [thing("Secret") | {name: {"a": "geheim", "b": "x"}}],
        [thing("Secret") | {name: {"a": "noch geheimer", "b": "x"}}],
    )

    assert fields(changes) == {f"{name}.a": ("hidden", "hidden, another")}


def test_a_password_in_a_template_is_hidden() -> None:
    """It should not be there, and less so in a log."""
    changes = resources(
        {"Db": resource("AWS::RDS::DBInstance", "", {"MasterUserPassword": "geheim"})},
        {"Db": resource("AWS::RDS::DBInstance", "", {"MasterUserPassword": "x"})},
    )

    assert fields(changes) == {"MasterUserPassword": ("hidden", "hidden, another")}
