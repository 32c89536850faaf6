"""The fields in which two items differ."""

from typing import Any

import pytest

from plan.changes.fields import differences
from tests.plan.assemblies import manifest, resource, thing
from tests.plan.changes.compared import fields, listed, objects, resources

_ONE, _OTHER = "1" * 64, "2" * 64


def test_the_metadata_of_the_cdk_is_no_change() -> None:
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
    changes = resources(
        {"Gate": resource("Custom::Release", "", {"Manifests": _ONE, "Services": ["a"]})},
        {"Gate": resource("Custom::Release", "", {"Manifests": _OTHER, "Services": ["b"]})},
    )

    assert fields(changes) == {"Services[0]": ("a", "b")}


def test_of_an_asset_only_the_beginning_of_its_hash_is_shown() -> None:
    changes = resources(
        {"Code": resource("AWS::Lambda::Function", "", {"Code": {"S3Key": f"{_ONE}.zip"}})},
        {"Code": resource("AWS::Lambda::Function", "", {"Code": {"S3Key": f"{_OTHER}.zip"}})},
    )

    assert fields(changes) == {"Code.S3Key": ("11111111….zip", "22222222….zip")}


def test_the_digest_of_an_image_is_whole() -> None:
    """It was chosen by a person, not computed by the CDK."""
    changes = resources(
        {"It": resource("T", "", {"Image": f"a@sha256:{_ONE}"})},
        {"It": resource("T", "", {"Image": f"a@sha256:{_OTHER}"})},
    )

    assert fields(changes) == {"Image": (f"a@sha256:{_ONE}", f"a@sha256:{_OTHER}")}


def test_a_manifest_is_shown_as_the_objects_in_it() -> None:
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
    kept = resource("T", DeletionPolicy="Retain")

    assert fields(resources({"It": kept}, {"It": resource("T")})) == {
        "DeletionPolicy": ("Retain", None)
    }


@pytest.mark.parametrize("name", ["data", "stringData"])
def test_the_content_of_a_secret_is_hidden(name: str) -> None:
    changes = objects(
        [thing("Secret") | {name: {"a": "geheim", "b": "x"}}],
        [thing("Secret") | {name: {"a": "noch geheimer", "b": "x"}}],
    )

    assert fields(changes) == {f"{name}.a": ("hidden", "hidden, another")}


def test_a_password_in_a_template_is_hidden() -> None:
    changes = resources(
        {"Db": resource("AWS::RDS::DBInstance", "", {"MasterUserPassword": "geheim"})},
        {"Db": resource("AWS::RDS::DBInstance", "", {"MasterUserPassword": "x"})},
    )

    assert fields(changes) == {"MasterUserPassword": ("hidden", "hidden, another")}


def _found(before: Any, after: Any) -> dict[str, tuple[object, object]]:
    return {field.path: (field.before, field.after) for field in differences(before, after)}


def test_only_what_differs_is_named() -> None:
    found = _found({"spec": {"a": 1, "b": 2}}, {"spec": {"a": 1, "b": 3}})

    assert found == {"spec.b": (2, 3)}


def test_what_is_not_there_is_none() -> None:
    assert _found({"a": 1}, {"b": [2]}) == {"a": (1, None), "b": (None, [2])}


def test_a_key_with_dots_stands_in_brackets() -> None:
    found = _found({"annotations": {"a.b/c": "1"}}, {"annotations": {"a.b/c": "2"}})

    assert found == {"annotations[a.b/c]": ("1", "2")}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("containers", {"name": "x"}),
        ("initContainers", {"name": "x"}),
        ("env", {"name": "x"}),
        ("volumes", {"name": "x"}),
        ("ports", {"containerPort": "x"}),
        ("ports", {"port": "x"}),
        ("volumeMounts", {"mountPath": "x"}),
        ("volumeDevices", {"devicePath": "x"}),
        ("topologySpreadConstraints", {"topologyKey": "x"}),
        ("hostAliases", {"ip": "x"}),
        ("items", {"key": "x"}),
        ("paths", {"path": "x"}),
        ("rules", {"host": "x"}),
        ("Tags", {"Key": "x"}),
        ("Workloads", {"Name": "x"}),
        ("BlockDeviceMappings", {"DeviceName": "x"}),
    ],
)
def test_items_of_a_list_are_matched_by_their_key(name: str, key: dict[str, str]) -> None:
    other = dict.fromkeys(key, "y")

    found = _found({name: [{**key, "v": 1}, other]}, {name: [other, {**key, "v": 2}]})

    assert found == {f"{name}[x].v": (1, 2)}


def test_two_ports_of_one_number_are_told_apart_by_their_protocol() -> None:
    """DNS listens on 53 twice."""
    tcp, udp = {"port": 53, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}

    assert _found({"ports": [tcp, udp]}, {"ports": [udp]}) == {"ports[53/TCP]": (tcp, None)}


def test_items_without_a_key_are_matched_by_their_neighbours() -> None:
    first, middle, last = {"a": 1}, {"a": 2}, {"a": 3}

    found = _found({"to": [first, middle, last]}, {"to": [first, last]})

    assert found == {"to[1]": (middle, None)}


def test_an_item_without_a_key_that_changes_is_opened() -> None:
    found = _found(
        {"Statement": [{"Effect": "Allow", "Action": "a"}]},
        {"Statement": [{"Effect": "Allow", "Action": "b"}]},
    )

    assert found == {"Statement[0].Action": ("a", "b")}


def test_another_order_of_what_has_no_key_is_a_change() -> None:
    assert _found({"args": ["a", "b"]}, {"args": ["b", "a"]})


def test_a_text_that_holds_json_is_opened() -> None:
    found = _found({"ports": '[{"HTTP": 80}]'}, {"ports": '[{"HTTP": 81}]'})

    assert found == {"ports[0].HTTP": (80, 81)}


def test_json_that_only_looks_different_is_shown_as_text() -> None:
    """Else a change would be lost: CloudFormation sees another text."""
    assert _found({"a": '{"b":1}'}, {"a": '{"b": 1}'}) == {"a": ('{"b":1}', '{"b": 1}')}


def test_true_is_not_one() -> None:
    assert _found({"a": True}, {"a": 1}) == {"a": (True, 1)}
