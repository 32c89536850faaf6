"""Permissions in the cluster are broadened."""

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, thing
from tests.plan.changes.compared import objects, risks, severities


def _rule(verb: str, kind: str, name: str | None = None) -> Document:
    names = {"resourceNames": [name]} if name else {}
    return {"apiGroups": [""], "resources": [kind], "verbs": [verb], **names}


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        (_rule("get", "pods"), _rule("*", "pods"), True),
        (_rule("get", "pods"), _rule("get", "secrets"), True),
        (_rule("get", "pods", "a"), _rule("get", "pods"), True),
        (_rule("get", "pods"), _rule("get", "pods", "a"), False),
        (_rule("*", "pods"), _rule("get", "pods"), False),
        (_rule("get", "*"), _rule("get", "pods"), False),
        (_rule("get", "*"), _rule("get", "pods") | {"apiGroups": ["metrics.k8s.io"]}, True),
    ],
)
def test_a_role_of_the_cluster_that_allows_more_is_a_risk(
    before: Document, after: Document, *, more: bool
) -> None:
    changes = objects([thing("Role", rules=[before])], [thing("Role", rules=[after])])

    assert severities(changes, Topic.ACCESS) == [Severity.RISKY] * more


def test_a_role_of_the_cluster_that_allows_less_takes_access_away() -> None:
    both = thing("Role", rules=[_rule("get", "pods"), _rule("delete", "pods")])

    changes = objects([both], [thing("Role", rules=[_rule("get", "pods")])])

    assert risks(changes, Topic.LOST) == [(Severity.RISKY, "no longer allows delete pods")]


def test_a_binding_without_its_subject_takes_access_away() -> None:
    changes = objects([_binding("reader", "a", "b")], [_binding("reader", "b")])

    assert risks(changes, Topic.LOST) == [
        (Severity.RISKY, "no longer gives reader to ServiceAccount/avadot/a")
    ]


def test_what_a_role_of_the_cluster_allows_is_written_short() -> None:
    named = _rule("get", "leases", "a") | {"apiGroups": ["coordination.k8s.io"]}

    changes = objects([thing("Role")], [thing("Role", rules=[_rule("get", "pods"), named])])

    assert risks(changes, Topic.ACCESS) == [
        (Severity.RISKY, "now also allows get pods, get coordination.k8s.io/leases/a")
    ]


def _binding(role: str, *subjects: str) -> Document:
    listed = [{"kind": "ServiceAccount", "name": n, "namespace": "avadot"} for n in subjects]
    return thing("RoleBinding", roleRef={"kind": "Role", "name": role}, subjects=listed)


def test_a_binding_with_another_subject_is_a_risk() -> None:
    changes = objects([_binding("reader", "a")], [_binding("reader", "a", "b")])

    assert risks(changes, Topic.ACCESS) == [
        (Severity.RISKY, "now also gives reader to ServiceAccount/avadot/b")
    ]


def test_a_new_binding_of_an_account_that_was_there_is_a_risk() -> None:
    """Its pods may do more; those of a new account are new themselves."""
    account = thing("ServiceAccount", "a")

    old = objects([account], [account, _binding("reader", "a")])
    new = objects([], [account, _binding("reader", "a")])

    assert severities(old, Topic.ACCESS) == [Severity.RISKY]
    assert severities(new, Topic.ACCESS) == []


def test_a_new_administrator_is_a_risk() -> None:
    assert severities(objects([], [_binding("cluster-admin", "a")]), Topic.ACCESS) == [
        Severity.RISKY
    ]
