"""A Rollout is complete once its new version serves alone, and a bad one names its limit."""

from typing import Any

import pytest

from functions.release_gate.rollout import judge, judge_release
from functions.release_gate.verdict import Complete, Failed, Verdict, Waiting

from .pods import NAMESPACE, ago, pod, running, unscheduled, waiting
from .workloads import STT, blue_green, colour, endpoints_of, release, service, snapshot

ABORTED: dict[str, Any] = {
    "phase": "Degraded",
    "abort": True,
    "abortedAt": ago(10),
    "message": "RolloutAborted: Rollout aborted update to revision 2",
    "stableRS": "blue",
}


def serving(version: str, number: int = 1) -> dict[str, Any]:
    return pod(running(), name=f"stt-{version}-{number}", ready=True)


def stt(
    made: dict[str, Any],
    *versions: dict[str, list[dict[str, Any]]],
    elapsed: float = 60,
    **found: list[dict[str, Any]],
) -> Verdict:
    both = {
        key: [item for one in versions for item in one[key]] for key in ("replica_sets", "pods")
    }
    return judge(STT, snapshot(rollouts=[made], **both, **found), elapsed=elapsed)


def analysis(*results: dict[str, Any]) -> dict[str, Any]:
    limits = {"errors": "len(result) > 0 && result[0] <= 0.05", "smoke": None}
    metrics = [{"name": name, "successCondition": limit} for name, limit in limits.items()]
    return {
        "metadata": {"name": "stt-green-2-pre", "uid": "uid-run"},
        "spec": {"metrics": metrics},
        "status": {"phase": "Failed", "metricResults": list(results)},
    }


def measured(name: str, phase: str, **measurement: str) -> dict[str, Any]:
    return {"name": name, "phase": phase, "measurements": [{"phase": phase, **measurement}]}


def aborted_by(run: dict[str, Any]) -> Verdict:
    made = blue_green(**ABORTED)
    state = {"name": "stt-green-2-pre", "status": "Failed"}
    made["status"]["blueGreen"] = {"prePromotionAnalysisRunStatus": state}
    return stt(made, colour(made, "blue", serving("blue")), analysis_runs=[run])


def test_a_promoted_version_behind_the_active_service_is_complete() -> None:
    """The pods of the old version may still be kept for a while."""
    made, new = blue_green(), serving("green")
    versions = colour(made, "green", new), colour(made, "blue", serving("blue"))

    assert stt(made, *versions, endpoint_slices=[endpoints_of("stt", new)]) == Complete()


def test_a_service_that_still_leads_to_the_old_version_is_waited_for() -> None:
    """The controller has switched it, kube-proxy has not read it yet."""
    made, old = blue_green(), serving("blue")
    versions = colour(made, "green", serving("green")), colour(made, "blue", old)

    verdict = stt(made, *versions, endpoint_slices=[endpoints_of("stt", old)])

    assert verdict == Waiting("stt: service stt has no ready endpoint of version green")


def test_a_version_without_pods_is_complete_when_it_is_promoted() -> None:
    """Nothing waits: the autoscaler has taken the last pod."""
    assert stt(blue_green(replicas=0)) == Complete()
    unpromoted = blue_green(replicas=0, phase="Progressing", stableRS="blue")
    assert stt(unpromoted) == Waiting("stt: Progressing")


def test_an_observed_generation_that_is_a_text_is_compared_as_a_number() -> None:
    """Right after the apply, the status still tells of the old version."""
    verdict = stt(blue_green(observedGeneration="2"))

    assert verdict == Waiting("stt: its controller has not observed the new version yet")


def test_what_the_controller_waits_for_is_said() -> None:
    """An analysis that runs, as a switch that is pending."""
    made = blue_green(phase="Progressing", message="active service cutover pending", stableRS="x")

    assert stt(made) == Waiting("stt: Progressing: active service cutover pending")


def test_an_image_that_cannot_be_pulled_fails_before_the_controller_gives_up() -> None:
    """Its pods are judged as those of a Deployment."""
    made = blue_green(phase="Progressing", stableRS="blue")
    bad = pod(waiting("ImagePullBackOff", "not found"), name="stt-green-1")

    verdict = stt(made, colour(made, "green", bad))

    reason = "pod stt-green-1: container server: ImagePullBackOff: not found"
    assert verdict == Failed(f"stt: {reason}")


def test_pods_that_are_refused_fail_the_release() -> None:
    """As a quota or an admission webhook does."""
    refusal = {"status": "True", "reason": "FailedCreate", "message": "exceeded quota"}
    made = blue_green(phase="Progressing", stableRS="blue")

    verdict = stt(made, colour(made, "green", **refusal, lastTransitionTime=ago(15)))

    assert verdict == Failed("stt: FailedCreate: exceeded quota")


def test_a_metric_beyond_its_limit_is_named_with_its_value() -> None:
    """And who serves meanwhile."""
    verdict = aborted_by(analysis(measured("errors", "Failed", value="[0.167]")))

    assert verdict == Failed(
        "stt: metric errors was [0.167], wanted is len(result) > 0 && result[0] <= 0.05; "
        "the old version blue serves on (ready pods: 1)"
    )


def test_a_metric_that_cannot_be_measured_says_why() -> None:
    """Prometheus is away, or the preview answers with an error."""
    verdict = aborted_by(analysis(measured("smoke", "Error", message="non 2xx response code: 503")))

    assert isinstance(verdict, Failed)
    assert "metric smoke could not be measured: non 2xx response code: 503;" in verdict.reason


def test_metrics_within_their_limits_are_not_named() -> None:
    """Only what has failed is."""
    good = measured("smoke", "Successful", value='"ok"')
    verdict = aborted_by(analysis(good, measured("errors", "Failed", value="[]")))

    assert isinstance(verdict, Failed)
    assert verdict.reason.startswith("stt: metric errors was [], wanted is")


def test_an_abort_without_an_analysis_says_what_its_pods_lack() -> None:
    """The deadline has passed: the controller says so, the pods why."""
    made = blue_green(**ABORTED)
    pending = unscheduled(since=20, message="0/4 nodes: Insufficient nvidia.com/gpu")

    verdict = stt(made, colour(made, "green", pending))

    assert verdict == Failed(
        "stt: RolloutAborted: Rollout aborted update to revision 2; "
        "pod tarot-1: Unschedulable: 0/4 nodes: Insufficient nvidia.com/gpu; "
        "the old version blue has no ready pod either"
    )


@pytest.mark.parametrize(("elapsed", "kind"), [(5, Waiting), (40, Failed)])
def test_an_abort_from_before_the_release_counts_only_if_it_stays(
    elapsed: float, kind: type[Verdict]
) -> None:
    """The controller may not have read the new version when it wrote the generation."""
    made = blue_green(**{**ABORTED, "abortedAt": ago(100)})

    assert isinstance(stt(made, elapsed=elapsed), kind)


@pytest.mark.parametrize(("lasted", "kind"), [(3, Waiting), (15, Failed)])
def test_a_rollout_that_is_invalid_for_a_moment_is_waited_for(
    lasted: float, kind: type[Verdict]
) -> None:
    """The Service that it names may be applied right after it."""
    why = {"type": "InvalidSpec", "status": "True", "lastTransitionTime": ago(lasted)}
    made = blue_green(phase="Degraded", message="InvalidSpec: no stt-preview", conditions=[why])

    assert isinstance(stt(made), kind)


def test_a_service_in_front_of_no_pods_may_have_no_endpoint() -> None:
    """The version that Argo writes into its selector is in no template."""
    front = service("stt")
    front["spec"]["selector"]["rollouts-pod-template-hash"] = "green"
    found = snapshot(rollouts=[blue_green(replicas=0)], services=[front])

    verdict = judge_release(release(STT, services=("stt",)), {NAMESPACE: found}, elapsed=5)

    assert verdict == Complete()
