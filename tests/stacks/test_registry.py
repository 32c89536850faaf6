"""The image registry, which exists before the first release."""

import json

from tests.stacks.synths import REVIEWED, everything

_REGISTRY = "AvadotRegistry"


def test_each_reviewed_image_has_a_repository() -> None:
    """Whatever a manifest names can be pushed; the names are those of the reviewed file."""
    made = everything().stacks[_REGISTRY].of_type("AWS::ECR::Repository")
    names = sorted(repository.properties["RepositoryName"] for repository in made)
    assert names == sorted(image.repository for image in REVIEWED.values())


def test_a_tag_never_moves() -> None:
    """A version that was pushed stays what it was, and each push is scanned."""
    for repository in everything().stacks[_REGISTRY].of_type("AWS::ECR::Repository"):
        assert repository.properties["ImageTagMutability"] == "IMMUTABLE"
        assert repository.properties["ImageScanningConfiguration"] == {"ScanOnPush": True}


def test_an_image_with_a_tag_is_never_removed() -> None:
    """What production runs may be older than any number of later builds."""
    registry = everything().stacks[_REGISTRY]
    assert registry.is_protected
    for repository in registry.of_type("AWS::ECR::Repository"):
        assert repository.is_retained
        text = repository.properties["LifecyclePolicy"]["LifecyclePolicyText"]
        (rule,) = json.loads(text)["rules"]
        assert rule["selection"]["tagStatus"] == "untagged"


def test_the_registry_stands_alone() -> None:
    """No release waits for it, and destroying a system leaves it."""
    stacks = everything().stacks
    assert stacks[_REGISTRY].depends_on == set()
    assert all(_REGISTRY not in stack.depends_on for stack in stacks.values())
