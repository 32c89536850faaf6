"""The image registry, which exists before the first release."""

import json

import pytest

from tests.stacks.synths import REVIEWED, everything

_REGISTRIES = ("AvadotRegistry", "GuardianRegistry")

every_registry = pytest.mark.parametrize("name", _REGISTRIES)


def test_each_reviewed_image_has_a_repository() -> None:
    """Whatever a manifest names can be pushed; the names are those of the reviewed file."""
    names = sorted(
        repository.properties["RepositoryName"]
        for name in _REGISTRIES
        for repository in everything().stacks[name].of_type("AWS::ECR::Repository")
    )
    assert names == sorted(image.repository for image in REVIEWED.values())


def test_a_system_has_its_own_images_in_its_registry() -> None:
    """Who deploys one system makes no place for images of the other."""
    of_guardian = everything().stacks["GuardianRegistry"].of_type("AWS::ECR::Repository")
    names = {repository.properties["RepositoryName"] for repository in of_guardian}
    assert names == {"guardian/audio-analyzer", "guardian/video-analyzer"}


@every_registry
def test_a_tag_never_moves(name: str) -> None:
    """A version that was pushed stays what it was, and each push is scanned."""
    for repository in everything().stacks[name].of_type("AWS::ECR::Repository"):
        assert repository.properties["ImageTagMutability"] == "IMMUTABLE"
        assert repository.properties["ImageScanningConfiguration"] == {"ScanOnPush": True}


@every_registry
def test_an_image_with_a_tag_is_never_removed(name: str) -> None:
    """What production runs may be older than any number of later builds."""
    registry = everything().stacks[name]
    assert registry.is_protected
    for repository in registry.of_type("AWS::ECR::Repository"):
        assert repository.is_retained
        text = repository.properties["LifecyclePolicy"]["LifecyclePolicyText"]
        (rule,) = json.loads(text)["rules"]
        assert rule["selection"]["tagStatus"] == "untagged"


@every_registry
def test_the_registry_stands_alone(name: str) -> None:
    """No release waits for it, and destroying a system leaves it."""
    stacks = everything().stacks
    assert stacks[name].depends_on == set()
    assert all(name not in stack.depends_on for stack in stacks.values())
