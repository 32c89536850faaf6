"""A namespace goes, and its services come back in another one, or do not."""

from plan.changes.nouns import Changes, Severity, Topic
from tests.plan.assemblies import Document, thing
from tests.plan.changes.compared import assert_risk, objects, risks, severities

_KINDS = ("ServiceAccount", "HorizontalPodAutoscaler", "NetworkPolicy")


def _namespace(name: str) -> list[Document]:
    namespace = thing("Namespace", name)
    del namespace["metadata"]["namespace"]
    pod = {"containers": [{"name": "a", "image": "a@sha256:0"}]}
    scaled = {"scaleTargetRef": {"name": "tarot"}, "maxReplicas": 2}
    inside = [
        thing("Deployment", spec={"template": {"spec": pod}}),
        thing("Service", spec={"ports": [{"port": 80}]}),
        *(thing(kind, spec=scaled) for kind in _KINDS),
    ]
    for one in inside:
        one["metadata"]["namespace"] = name
    return [namespace, *inside]


def _renamed() -> Changes:
    return objects(_namespace("old"), _namespace("new"))


def test_a_renamed_namespace_says_once_that_all_is_away_and_where_it_is_then() -> None:
    assert_risk(
        _renamed(),
        Topic.ADDRESSES,
        Severity.RISKY,
        "is deleted before new serves: all of tarot are away until then, and answer at "
        "tarot.new.svc.cluster.local",
    )


def test_nothing_stays_of_a_namespace_that_is_deleted() -> None:
    """Kubernetes deletes what is in it, of whatever kind, though kubectl prunes few kinds."""
    assert risks(_renamed(), Topic.LEFT_BEHIND) == []
    assert risks(objects(_namespace("old"), []), Topic.LEFT_BEHIND) == []


def test_a_namespace_that_only_goes_is_no_rename() -> None:
    changes = objects(_namespace("old"), [])

    assert severities(changes, Topic.STATEFUL) == [Severity.RISKY]
    assert risks(changes, Topic.ADDRESSES) == []
