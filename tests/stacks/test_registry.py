"""The image registries, which exist before the first release."""

import json

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from plan.model.assembly import Resource
from settings.images import Image
from settings.system import System
from settings.systems import SYSTEMS, images_of, registry_stack
from stacks.registry import RegistryStack
from tests.stacks.synths import REGISTRIES, everything

every_registry = pytest.mark.parametrize("name", REGISTRIES)


def _repositories(name: str) -> list[Resource]:
    found = everything().assembly.stack(name).of_type("AWS::ECR::Repository")
    assert found
    return found


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.__name__)
def test_each_reviewed_image_has_a_repository(system: type[System]) -> None:
    """Whatever a manifest names can be pushed, into the registry of its own system."""
    made = _repositories(registry_stack(system))
    names = sorted(repository.properties["RepositoryName"] for repository in made)
    assert names == sorted(image.repository for image in images_of(system).values())


@every_registry
def test_a_tag_never_moves(name: str) -> None:
    """A version that was pushed stays what it was, and each push is scanned."""
    for repository in _repositories(name):
        assert repository.properties["ImageTagMutability"] == "IMMUTABLE"
        assert repository.properties["ImageScanningConfiguration"] == {"ScanOnPush": True}


@every_registry
def test_an_image_with_a_tag_is_never_removed(name: str) -> None:
    """What production runs may be older than any number of later builds."""
    assert everything().assembly.stack(name).is_protected
    for repository in _repositories(name):
        policies = {repository.deletion_policy, repository.update_replace_policy}
        assert policies == {"Retain"}
        text = repository.properties["LifecyclePolicy"]["LifecyclePolicyText"]
        (rule,) = json.loads(text)["rules"]
        assert rule["selection"]["tagStatus"] == "untagged"


@every_registry
def test_the_registry_stands_alone(name: str) -> None:
    """No release waits for it, and destroying a system leaves it."""
    assembly = everything().assembly
    assert assembly.stack(name).depends_on == set()
    assert all(name not in stack.depends_on for stack in assembly.stacks)


def test_a_repository_keeps_its_id_whatever_its_image_is_called() -> None:
    """Under another id CloudFormation would make it again, and its name is taken."""

    def ids(name: str) -> set[str]:
        image = Image(repository="it/tarot", tag="1.0.0", digest=f"sha256:{1:064x}")
        stack = RegistryStack(
            cdk.App(), "It", title="It", region="eu-west-1", images={name: image, "other": image}
        )
        return set(Template.from_stack(stack).find_resources("AWS::ECR::Repository"))

    assert ids("tarot") == ids("oracle")
    assert len(ids("tarot")) == 1
