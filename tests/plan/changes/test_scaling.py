"""A ScaledObject scales differently, or cannot scale from zero."""

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, thing
from tests.plan.changes.compared import assert_risk, fields, objects, resources, risks

_QUEUE = "https://sqs.ap-northeast-2.amazonaws.com/123456789012/audio"
_SQS = {"type": "aws-sqs-queue", "metadata": {"queueURL": _QUEUE, "queueLength": "5"}}
_CPU = {"type": "cpu", "metadata": {"value": "50"}}


def _scaler(*triggers: Document, **spec: object) -> Document:
    target = {"scaleTargetRef": {"name": "tarot"}}
    listed = {"triggers": list(triggers or (_SQS, _CPU))}
    return thing("ScaledObject", "tarot-scaler", spec={**target, **listed, **spec}) | {
        "apiVersion": "keda.sh/v1alpha1"
    }


def _deployment(**spec: object) -> Document:
    return thing("Deployment", spec={"template": {"spec": {"containers": []}}, **spec})


@pytest.mark.parametrize("triggers", [(_CPU,), (_CPU, {"type": "memory"})])
def test_triggers_that_measure_pods_cannot_scale_from_zero(triggers: tuple[Document, ...]) -> None:
    """KEDA's admission refuses what the seed had: cpu alone, and zero pods to measure."""
    assert_risk(
        objects([_scaler()], [_scaler(*triggers)]),
        Topic.REFUSED,
        Severity.RISKY,
        "is refused by KEDA: cpu",
    )


def test_a_new_one_that_cannot_scale_from_zero_is_refused_too() -> None:
    assert risks(objects([], [_scaler(_CPU)]), Topic.REFUSED)


def test_with_a_pod_that_always_runs_cpu_is_enough() -> None:
    assert not risks(objects([], [_scaler(_CPU, minReplicaCount=1)]), Topic.REFUSED)


def test_a_lost_trigger_is_a_risk() -> None:
    video = {"type": "aws-sqs-queue", "metadata": {"queueURL": _QUEUE.replace("audio", "video")}}

    ((severity, sentence),) = risks(objects([_scaler()], [_scaler(video, _CPU)]), Topic.PODS)

    assert severity is Severity.RISKY
    assert sentence == "loses the trigger aws-sqs-queue audio: messages there no longer start pods"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"maxReplicaCount": 5}, {"maxReplicaCount": 3}, "at most 3 pods instead of 5"),
        ({}, {"minReplicaCount": 2}, "no longer scales to zero: 2 pods and their nodes"),
        ({"minReplicaCount": 1}, {}, "now scales to zero"),
    ],
)
def test_other_numbers_of_pods_are_a_notice(
    before: dict[str, int], after: dict[str, int], words: str
) -> None:
    changes = objects([_scaler(**before)], [_scaler(**after)])

    assert_risk(changes, Topic.PODS, Severity.NOTICE, words)


def test_more_pods_are_no_risk() -> None:
    changes = objects([_scaler(maxReplicaCount=5)], [_scaler(maxReplicaCount=9)])

    assert changes.risks == ()
    assert fields(changes) == {"spec.maxReplicaCount": (5, 9)}


def test_a_trigger_is_found_by_its_type() -> None:
    longer = {"type": "aws-sqs-queue", "metadata": {"queueURL": _QUEUE, "queueLength": "10"}}

    changes = objects([_scaler(_SQS, _CPU)], [_scaler(_CPU, longer)])

    assert fields(changes) == {"spec.triggers[aws-sqs-queue].metadata.queueLength": ("5", "10")}


def test_a_removed_scaled_object_leaves_its_replicas() -> None:
    """At zero they would never work again; kubectl leaves the object there besides."""
    changes = objects([_deployment(), _scaler()], [_deployment()])

    assert_risk(changes, Topic.PODS, Severity.RISKY, "no longer scales Deployment avadot/tarot")
    ((_, left),) = risks(changes, Topic.LEFT_BEHIND)
    assert "kubectl -n avadot delete scaledobject tarot-scaler" in left


def test_one_that_goes_with_its_pods_is_no_risk() -> None:
    assert not risks(objects([_deployment(), _scaler()], []), Topic.PODS)


def test_a_fixed_number_of_pods_contradicts_it() -> None:
    changes = objects([_deployment(), _scaler()], [_deployment(replicas=1), _scaler()])

    assert_risk(
        changes, Topic.PODS, Severity.RISKY, "sets replicas to 1 though an autoscaler owns them"
    )


def test_a_release_at_zero_is_judged_with_its_maximum() -> None:
    old = _deployment(template={"spec": {"containers": [{"name": "a", "image": "a:1"}]}})
    new = _deployment(template={"spec": {"containers": [{"name": "a", "image": "a:2"}]}})

    changes = objects([old, _scaler(maxReplicaCount=5)], [new, _scaler(maxReplicaCount=5)])

    ((severity, sentence),) = risks(changes, Topic.RESTART)
    assert severity is Severity.INFO
    assert sentence == "replaces its 0 to 5 pods, at most 2 more and 1 fewer at a time"


def test_nothing_is_said_of_resources() -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {}}

    assert resources({"Q": queue}, {"Q": queue}).risks == ()
