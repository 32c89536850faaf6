"""Objects that remain unmanaged, or are deleted though another manifest has them."""

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, manifest, thing
from tests.plan.changes.compared import assert_risk, listed, objects, resources, risks


@pytest.mark.parametrize(
    "kind",
    ["PodDisruptionBudget", "HorizontalPodAutoscaler", "ServiceAccount", "NetworkPolicy", "Role"],
)
def test_what_kubectl_does_not_prune_stays(kind: str) -> None:
    """The manifest is only updated, and prune knows only some kinds."""
    changes = objects([thing(kind), thing("Service")], [thing("Service")])

    ((severity, sentence),) = risks(changes, Topic.LEFT_BEHIND)
    assert severity is Severity.NOTICE
    assert f"kubectl prunes no {kind}" in sentence
    assert f"`kubectl -n avadot delete {kind.lower()} tarot`" in sentence


@pytest.mark.parametrize("kind", ["Deployment", "Service", "ConfigMap", "Ingress", "CronJob"])
def test_what_kubectl_prunes_goes(kind: str) -> None:
    changes = objects([thing(kind), thing("Secret")], [thing("Secret")])

    assert risks(changes, Topic.LEFT_BEHIND) == []


def test_with_its_whole_manifest_everything_goes() -> None:
    changes = resources({"Objects": _manifest("tarot", thing("ServiceAccount"))}, {})

    assert listed(changes) == [("Removed", "ServiceAccount avadot/tarot")]
    assert risks(changes, Topic.LEFT_BEHIND) == []


def test_objects_of_a_manifest_that_is_renamed_are_gone_afterwards() -> None:
    """CloudFormation applies the new one first, and then deletes the old one with its objects."""
    changes = resources(
        {"Old": _manifest("tarot", thing("Deployment"), thing("Service"))},
        {"New": _manifest("tarot", thing("Deployment"), thing("Service"))},
    )

    assert listed(changes) == []
    assert_risk(
        changes,
        Topic.LEFT_BEHIND,
        Severity.RISKY,
        "Deployment avadot/tarot, Service avadot/tarot are missing after the deploy",
    )


def test_objects_that_move_between_manifests_may_go_and_come_back() -> None:
    """Which manifest is updated first, CloudFormation decides."""
    stays = thing("Secret", "stays")

    changes = resources(
        {"One": _manifest("tarot", stays, thing("Service")), "Two": _manifest("other")},
        {"One": _manifest("tarot", stays), "Two": _manifest("other", thing("Service"))},
    )

    assert_risk(
        changes, Topic.LEFT_BEHIND, Severity.NOTICE, "Service avadot/tarot move to another manifest"
    )


def _manifest(construct: str, *things: Document) -> Document:
    return manifest(f"App/{construct}/Objects/Resource/Default", *things)
