"""Releases that cannot work."""

import time

import pytest

from rehearsal.cloud.images import Behaviour
from tests.rehearsal.conftest import Figure
from tests.rehearsal.edits import Edit, ObjectEdit, SettingEdit
from tests.rehearsal.guardian.drill import AUDIO, STACK, VIDEO, GuardianDrill
from tests.rehearsal.guardian.programs import NAMESPACE
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_REFUSAL = "scaledobject has only cpu/memory triggers AND minReplica is 0"
BY_CPU_ALONE = ObjectEdit(
    kind="ScaledObject",
    name=f"{AUDIO}-scaler",
    path="spec.triggers",
    value=[{"type": "cpu", "metricType": "Utilization", "metadata": {"value": "50"}}],
)
# Of a Deployment that has no other scaler, which would be a reason to refuse it too.
_CPU_ALONE = """
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: by-cpu-alone
  namespace: kube-system
spec:
  scaleTargetRef:
    name: coredns
  minReplicaCount: 0
  triggers:
    - type: cpu
      metricType: Utilization
      metadata:
        value: "50"
"""


def test_keda_refuses_a_scaler_that_could_not_leave_zero(drill: GuardianDrill) -> None:
    """CPU alone wakes no pod, so with a minimum of zero it may not be the only trigger."""
    file = drill.checkout.root / "by-cpu-alone.yaml"
    file.write_text(_CPU_ALONE)

    ended = drill.checkout.kubectl("apply", "--filename", str(file))

    assert ended.code == 1, ended.output
    assert "denied the request" in ended.output
    assert _REFUSAL in ended.output


def test_a_release_that_keda_refuses_is_taken_back(drill: GuardianDrill, figure: Figure) -> None:
    """A release with such a scaler fails with KEDA's own words, and the old scaler stays."""
    seconds = _fails(drill, BY_CPU_ALONE, _REFUSAL)

    figure(f"Guardian, scaler that KEDA refuses, `cdk deploy` to rolled back: {seconds:.0f} s")
    triggers = "jsonpath={.spec.triggers[*].type}"
    kept = drill.checkout.kubectl(
        *("get", "scaledobject", f"{AUDIO}-scaler", "--namespace", NAMESPACE, "--output", triggers)
    )
    assert kept.must_succeed().split() == ["aws-sqs-queue", "cpu"]


def test_a_program_that_crashes_is_taken_back_while_the_old_one_works(
    drill: GuardianDrill, figure: Figure
) -> None:
    """With work in the queue there is a pod, so a bad image shows; the old pod never stops."""
    with drill.waiting_message(AUDIO):
        until(lambda: drill.pods()[AUDIO] == 1, "a pod comes for the message")
        before = drill.identities(AUDIO)

        seconds = _fails(drill, drill.bad_image(AUDIO, "crash"), "exit code 1")

        until(lambda: drill.identities(AUDIO) == before, "only the old pod is left")
    figure(f"Guardian, crashing image, `cdk deploy` to rolled back: {seconds:.0f} s")


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [("crash", "exit code 1"), ("out-of-memory", "OOMKilled at a limit of 2Gi memory")],
)
def test_a_bad_image_is_refused_while_nothing_runs(
    drill: GuardianDrill, figure: Figure, behaviour: Behaviour, reason: str
) -> None:
    """Its check fails on a machine that came for it, and the former version is back as it was."""
    image, checks = drill.image(AUDIO), drill.checks(AUDIO)
    assert list(checks.values()) == [True]

    says = f"{AUDIO}-check-", "BackoffLimitExceeded: pod ", f"container {AUDIO}: {reason}"
    seconds = _fails(drill, drill.bad_image(AUDIO, behaviour), *says)

    assert drill.image(AUDIO) == image
    assert drill.checks(AUDIO) == checks
    assert drill.has_no_pods()
    figure(
        f"Guardian, {behaviour} while nothing runs, `cdk deploy` to rolled back: {seconds:.0f} s"
    )


def test_a_missing_image_is_refused_while_nothing_runs(
    drill: GuardianDrill, figure: Figure
) -> None:
    """The gate does not wait until the Job gives up."""
    image = drill.image(AUDIO)

    seconds = _fails(drill, drill.missing_image(AUDIO), f"{AUDIO}-check-", "ImagePullBackOff")

    assert drill.image(AUDIO) == image
    figure(f"Guardian, missing image, `cdk deploy` to rolled back: {seconds:.0f} s")


def test_a_release_checks_what_it_changes_and_nothing_else(
    drill: GuardianDrill, figure: Figure
) -> None:
    """The changed analyser has another check, which has succeeded; the other keeps its own."""
    audio, video = drill.checks(AUDIO), drill.checks(VIDEO)
    larger = SettingEdit(system=STACK, path="audio.resources.memory_limit_mib", value=2560)

    with drill.checkout.edited(larger):
        began = time.monotonic()
        drill.checkout.deploy(STACK).must_succeed()
        seconds = time.monotonic() - began

    (now,) = drill.checks(AUDIO).items()
    assert now[0] not in audio
    assert now[1]
    assert drill.checks(VIDEO) == video
    assert drill.has_no_pods()
    figure(f"Guardian, release that is checked while nothing runs: {seconds:.0f} s")


def _fails(drill: GuardianDrill, edit: Edit, *says: str) -> float:
    with drill.checkout.edited(edit):
        began = time.monotonic()
        ended = drill.checkout.deploy(STACK)
        seconds = time.monotonic() - began
    assert ended.code == 1, ended.output
    for words in says:
        assert words in ended.output, ended.output
    assert drill.status(STACK) == "UPDATE_ROLLBACK_COMPLETE"
    return seconds
