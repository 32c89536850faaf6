"""A queue no longer wakes pods, or as many as before."""

import pytest

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, thing
from tests.plan.changes.compared import fields, objects, resources, told

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
def test_triggers_that_measure_pods_cannot_wake_them(triggers: tuple[Document, ...]) -> None:
    """KEDA's admission refuses what the seed had: cpu alone, and zero pods to measure."""
    ((severity, sentence),) = told(objects([_scaler()], [_scaler(*triggers)]), Topic.REFUSED)

    assert severity is Severity.RISKY
    assert sentence.startswith("is refused by KEDA: with cpu")


def test_a_new_one_that_nothing_wakes_is_refused_too() -> None:
    """It need not have been there before."""
    assert told(objects([], [_scaler(_CPU)]), Topic.REFUSED)


def test_with_a_pod_that_always_runs_cpu_is_enough() -> None:
    """There is something to measure."""
    assert not told(objects([], [_scaler(_CPU, minReplicaCount=1)]), Topic.REFUSED)


def test_a_queue_that_is_no_longer_looked_at_is_a_risk() -> None:
    """Messages pile up there, and wake nobody."""
    video = {"type": "aws-sqs-queue", "metadata": {"queueURL": _QUEUE.replace("audio", "video")}}

    ((severity, sentence),) = told(objects([_scaler()], [_scaler(video, _CPU)]), Topic.PODS)

    assert severity is Severity.RISKY
    assert sentence == "no longer looks at aws-sqs-queue audio: what waits there wakes no pod"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"maxReplicaCount": 5}, {"maxReplicaCount": 3}, "at most 3 pods instead of 5"),
        ({}, {"minReplicaCount": 2}, "no longer goes to zero: 2 pods, and their nodes"),
        ({"minReplicaCount": 1}, {}, "goes to zero without work"),
    ],
)
def test_other_numbers_of_pods_are_told(
    before: dict[str, int], after: dict[str, int], words: str
) -> None:
    """What they mean is not in the number."""
    changes = objects([_scaler(**before)], [_scaler(**after)])

    ((severity, sentence),) = told(changes, Topic.PODS)
    assert severity is Severity.NOTICE
    assert words in sentence


def test_more_pods_are_nothing_to_tell() -> None:
    """The difference itself says it."""
    changes = objects([_scaler(maxReplicaCount=5)], [_scaler(maxReplicaCount=9)])

    assert changes.findings == ()
    assert fields(changes) == {"spec.maxReplicaCount": (5, 9)}


def test_a_trigger_is_found_by_its_type() -> None:
    """Its place in the list says nothing."""
    longer = {"type": "aws-sqs-queue", "metadata": {"queueURL": _QUEUE, "queueLength": "10"}}

    changes = objects([_scaler(_SQS, _CPU)], [_scaler(_CPU, longer)])

    assert fields(changes) == {"spec.triggers[aws-sqs-queue].metadata.queueLength": ("5", "10")}


def test_pods_that_lose_their_scaler_stay_as_many_as_they_are() -> None:
    """At zero they would never work again; kubectl leaves the object there besides."""
    changes = objects([_deployment(), _scaler()], [_deployment()])

    ((severity, sentence),) = told(changes, Topic.PODS)
    assert severity is Severity.RISKY
    assert sentence.startswith("scales Deployment avadot/tarot no more")
    ((_, left),) = told(changes, Topic.LEFT_BEHIND)
    assert "kubectl -n avadot delete scaledobject tarot-scaler" in left


def test_one_that_goes_with_its_pods_is_no_risk() -> None:
    """Nothing is left to be scaled."""
    assert not told(objects([_deployment(), _scaler()], []), Topic.PODS)


def test_a_fixed_number_of_pods_contradicts_it() -> None:
    """As with an autoscaler of Kubernetes, each release puts the pods back."""
    changes = objects([_deployment(), _scaler()], [_deployment(replicas=1), _scaler()])

    ((severity, sentence),) = told(changes, Topic.PODS)
    assert severity is Severity.RISKY
    assert sentence.startswith("sets replicas to 1 though an autoscaler owns them")


def test_a_release_at_zero_is_told_by_what_it_does_under_load() -> None:
    """With no pod there is nothing to stop."""
    old = _deployment(template={"spec": {"containers": [{"name": "a", "image": "a:1"}]}})
    new = _deployment(template={"spec": {"containers": [{"name": "a", "image": "a:2"}]}})

    changes = objects([old, _scaler(maxReplicaCount=5)], [new, _scaler(maxReplicaCount=5)])

    ((severity, sentence),) = told(changes, Topic.RESTART)
    assert severity is Severity.INFO
    assert sentence == "replaces its 0 to 5 pods, at most 2 more and 1 fewer at a time"


def test_nothing_is_said_of_resources() -> None:
    """A ScaledObject is Kubernetes' and no template's."""
    queue = {"Type": "AWS::SQS::Queue", "Properties": {}}

    assert resources({"Q": queue}, {"Q": queue}).findings == ()
