"""Which pods restart, how, and which should and do not."""

from typing import Any

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, thing
from tests.plan.changes.compared import assert_risk, objects, risks


def _workload(kind: str, image: str, pod: Document | None = None, **spec: Any) -> Document:
    container = {"name": "main", "image": image}
    template = {
        "metadata": {"labels": {"app": "tarot"}},
        "spec": {"containers": [container | (pod or {})]},
    }
    return thing(kind, spec={"selector": {"matchLabels": {"app": "tarot"}}, **spec} | {
        "template": template
    })  # fmt: skip


def _scaled(least: int, most: int) -> Document:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "tarot"}
    spec = {"scaleTargetRef": target, "minReplicas": least, "maxReplicas": most}
    return thing("HorizontalPodAutoscaler", spec=spec)


def _restart(kind: str, *others: Document, **spec: Any) -> tuple[Severity, str]:
    """Return what is said of a workload that gets another image."""
    changes = objects(
        [_workload(kind, "a@sha256:1", **spec), *others],
        [_workload(kind, "a@sha256:2", **spec), *others],
    )
    (found,) = risks(changes, Topic.RESTART)
    return found


_GENTLE = {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}


def test_a_deployment_replaces_as_many_pods_as_its_autoscaler_allows() -> None:
    severity, sentence = _restart("Deployment", _scaled(2, 4), strategy=_GENTLE)

    assert severity is Severity.INFO
    assert sentence == "replaces its 2 to 4 pods, at most 1 more and 0 fewer at a time"


def test_a_deployment_that_says_nothing_replaces_a_quarter_at_a_time() -> None:
    """As Kubernetes does by default: of eight, two more and two fewer."""
    _, sentence = _restart("Deployment", replicas=8)

    assert sentence == "replaces its 8 pods, at most 2 more and 2 fewer at a time"


@pytest.mark.parametrize(
    "strategy", [{"type": "Recreate"}, {"rollingUpdate": {"maxUnavailable": "100%"}}]
)
def test_a_deployment_that_stops_all_its_pods_leaves_a_gap(strategy: Document) -> None:
    severity, sentence = _restart("Deployment", replicas=2, strategy=strategy)

    assert severity is Severity.NOTICE
    assert "stops its 2 pods before the first new one is ready" in sentence


def test_a_blue_green_rollout_has_two_versions_at_once() -> None:
    severity, sentence = _restart("Rollout", replicas=2, strategy={"blueGreen": {}})

    assert severity is Severity.INFO
    assert sentence == "starts as many new pods beside its 2, which serve until those do"


def test_a_stateful_set_replaces_one_pod_after_another() -> None:
    severity, sentence = _restart("StatefulSet", replicas=3)

    assert severity is Severity.INFO
    assert sentence == "replaces its 3 pods one by one, the highest number first"


def test_a_stateful_set_with_a_partition_keeps_some_pods() -> None:
    strategy = {"rollingUpdate": {"partition": 2}}

    _, sentence = _restart("StatefulSet", replicas=3, updateStrategy=strategy)

    assert sentence.endswith("those below number 2 stay as they are")


def test_the_only_pod_of_a_stateful_set_leaves_a_gap() -> None:
    severity, sentence = _restart("StatefulSet", replicas=1)

    assert severity is Severity.NOTICE
    assert "stops its only pod" in sentence


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet"])
def test_pods_that_wait_to_be_deleted_do_not_change(kind: str) -> None:
    severity, sentence = _restart(kind, updateStrategy={"type": "OnDelete"})

    assert severity is Severity.NOTICE
    assert "only when it is deleted" in sentence


def test_a_daemon_set_goes_from_node_to_node() -> None:
    assert _restart("DaemonSet") == (Severity.INFO, "replaces its pods, node after node")


def test_another_number_of_pods_restarts_none() -> None:
    changes = objects(
        [_workload("Deployment", "a@sha256:1", replicas=1)],
        [_workload("Deployment", "a@sha256:1", replicas=2)],
    )

    assert risks(changes, Topic.RESTART) == []


def _reader(**container: Any) -> Document:
    return _workload("Deployment", "a@sha256:1", container)


_BY_NAME = {"env": [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": "tarot"}}}]}
_WHOLE = {"envFrom": [{"configMapRef": {"name": "tarot"}}]}
_ANOTHER = {"envFrom": [{"configMapRef": {"name": "another"}}]}


@pytest.mark.parametrize("reading", [_BY_NAME, _WHOLE])
def test_values_that_a_pod_reads_when_it_starts_stay_old(reading: Document) -> None:
    """A changed ConfigMap does not restart the pods that have it in their environment."""
    reader = _reader(**reading)

    changes = objects(
        [thing("ConfigMap", data={"a": "1"}), reader],
        [thing("ConfigMap", data={"a": "2"}), reader],
    )

    assert_risk(
        changes, Topic.RESTART, Severity.NOTICE, "the pods of Deployment tarot keep the old values"
    )


def test_a_pod_that_restarts_anyway_reads_the_new_values() -> None:
    before, after = _reader(**_WHOLE), _reader(**_WHOLE)
    after["spec"]["template"]["spec"]["containers"][0]["image"] = "a@sha256:2"

    changes = objects(
        [thing("ConfigMap", data={"a": "1"}), before],
        [thing("ConfigMap", data={"a": "2"}), after],
    )

    assert [severity for severity, _ in risks(changes, Topic.RESTART)] == [Severity.INFO]


def test_a_pod_that_reads_something_else_is_not_concerned() -> None:
    reader = _reader(**_ANOTHER)

    changes = objects(
        [thing("ConfigMap", data={"a": "1"}), reader],
        [thing("ConfigMap", data={"a": "2"}), reader],
    )

    assert risks(changes, Topic.RESTART) == []
