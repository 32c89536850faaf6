"""How a run stands: from its Workflow, and from the bucket when that has gone."""

from datetime import timedelta
from typing import Any

import pytest

from containers.music_api.tests import argo
from containers.music_api.tests.program import Program

_ENDED = "2026-12-01T10:09:00.000+00:00"


def _states(found: dict[str, Any]) -> list[str]:
    return [step["state"] for step in found["steps"]]


def _all(phase: str) -> list[argo.Node]:
    return [argo.listen(phase), *(argo.compose(result, phase) for result in (1, 2, 3, 4))]


def test_a_workflow_that_nobody_has_looked_at_waits(program: Program) -> None:
    """As the API server has it before the controller comes."""
    run = program.upload()
    program.work(run, {})

    found = program.see(run)

    assert (found["state"], found["progress"], found["reason"]) == ("waiting", 0, None)
    assert [(step["name"], step["result"]) for step in found["steps"]] == [
        ("listen", None),
        *(("compose", result) for result in (1, 2, 3, 4)),
    ]


def test_a_pod_without_a_machine_waits(program: Program) -> None:
    """Minutes, while a node with a GPU starts; a step is running once its pod is."""
    run = program.upload()
    pod = argo.listen("Pending", "Unschedulable: 0/2 nodes are available")
    program.work(run, argo.status("Running", argo.retry(pod, "Running"), pod))
    assert program.see(run)["state"] == "waiting"

    pod = argo.listen("Running")
    program.work(run, argo.status("Running", argo.retry(pod, "Running"), pod))
    found = program.see(run)
    assert (found["state"], _states(found)[0]) == ("running", "running")
    assert found["steps"][0]["started"] == "2026-12-01T10:00:05Z"


def test_each_step_stands_by_itself(program: Program) -> None:
    """One has failed, with the reason that it wrote for the person; the others go on."""
    run = program.upload()
    nodes = [
        argo.listen("Succeeded"),
        argo.compose(1, "Succeeded"),
        argo.compose(2, "Failed", "Error (exit code 3)"),
        argo.compose(3, "Running"),
        argo.compose(4, "Pending"),
    ]
    program.cloud.put(run, "output/2/failure.json", {"reason": "there is no r", "final": True})
    program.work(run, argo.status("Running", *nodes))

    found = program.see(run)

    assert _states(found) == ["succeeded", "succeeded", "failed", "running", "waiting"]
    assert found["steps"][2]["reason"] == "there is no r"
    assert found["steps"][2]["ended"] == "2026-12-01T10:01:00Z"
    assert (found["state"], found["progress"]) == ("running", pytest.approx(0.6))


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("OOMKilled (exit code 137)", "the step needed more memory than it may have"),
        ("Pod was active on the node longer than the specified deadline", "took longer than"),
        ("Step exceeded its deadline", "the step took longer than it may"),
        ("pod deleted", "the step lost its machine"),
        ('Error (exit code 1): container "main"', "ended unexpectedly with exit code 1"),
        ("", "the step ended badly, and did not say why"),
        ("ImagePullBackOff: Back-off pulling image", "program could not be fetched"),
    ],
)
def test_a_step_that_could_not_say_why_is_explained(
    program: Program, message: str, sentence: str
) -> None:
    """By what Argo says of its last try; more retries are no reason."""
    run = program.upload()
    pods = [argo.listen("Failed", "Error (exit code 9)"), argo.listen("Failed", message, attempt=1)]
    if not message:
        pods = pods[1:]
    pods[-1]["startedAt"] = "2026-12-01T10:00:30Z"
    whole = argo.retry(pods[0], "Failed", "No more retries left")
    program.work(run, argo.status("Failed", whole, *pods))

    found = program.see(run)

    assert sentence in found["steps"][0]["reason"]
    assert (found["state"], found["reason"]) == ("failed", found["steps"][0]["reason"])


def test_a_step_between_two_tries_is_running(program: Program) -> None:
    """A reader need not know how often it is tried."""
    run = program.upload()
    lost, again = argo.listen("Failed", "pod deleted"), argo.listen("Pending", attempt=1)
    program.work(run, argo.status("Running", argo.retry(again, "Running"), lost, again))

    assert _states(program.see(run))[0] == "running"


def test_a_stopped_workflow_is_a_stopped_run(program: Program) -> None:
    """Whoever did that with Argo's own command."""
    run = program.upload()
    program.work(run, argo.status("Failed", argo.listen("Failed")), shutdown="Terminate")

    found = program.see(run)

    assert (found["state"], found["reason"]) == ("stopped", "somebody stopped this run")


def test_once_the_end_is_written_kubernetes_is_not_asked(program: Program) -> None:
    """The Workflow is removed some time after, and the answer stays the same."""
    run = program.upload()
    program.cloud.put_results(run, 1, 2, 3, 4)
    end = {"phase": "Succeeded", "reason": None, "results": [1, 2, 3, 4], "ended": _ENDED}
    program.cloud.put(run, "end.json", end)
    before = len(program.kubernetes.requests)

    found = program.see(run)

    assert (found["state"], found["progress"], found["results"]) == ("succeeded", 1, [1, 2, 3, 4])
    assert _states(found) == ["succeeded"] * 5
    assert found["ended"] == "2026-12-01T10:09:00Z"
    assert len(program.kubernetes.requests) == before


def test_an_end_in_failure_keeps_its_reasons(program: Program) -> None:
    """Those of the run and of each step, also of one that could write nothing."""
    run = program.upload()
    program.cloud.put_results(run, 1, 3)
    program.cloud.put(run, "output/2/failure.json", {"reason": "there is no r", "final": False})
    failures = [{"name": "compose", "result": 4, "reason": "the step lost its machine"}]
    end = {"phase": "Failed", "reason": "result 2 failed: there is no r", "results": [1, 3]}
    program.cloud.put(run, "end.json", end | {"ended": _ENDED, "failures": failures})

    found = program.see(run)

    assert (found["state"], found["reason"]) == ("failed", "result 2 failed: there is no r")
    assert _states(found) == ["succeeded", "succeeded", "failed", "succeeded", "failed"]
    assert [step["reason"] for step in found["steps"]][2:] == [
        "there is no r",
        None,
        "the step lost its machine",
    ]


def test_while_kubernetes_is_away_the_bucket_is_told(program: Program) -> None:
    """With a word that this is not all; lists and results are there as well."""
    run = program.upload()
    program.cloud.put_results(run, 2)
    program.kubernetes.away = True

    found = program.see(run)

    assert (found["state"], found["results"]) == ("running", [2])
    assert _states(found) == ["succeeded", "waiting", "succeeded", "waiting", "waiting"]
    assert found["reason"].startswith("the cluster does not answer now")
    assert program.ask("GET", "/runs").is_success
    assert program.ask("GET", f"/runs/{run}/results/2").status_code == 307


def test_a_run_that_left_no_trace_is_not_waited_for_for_ever(program: Program) -> None:
    """A day after its upload it is failed, and may be begun again."""
    run = program.upload()
    assert program.see(run)["state"] == "waiting"

    program.clock.later = timedelta(days=1, minutes=1)

    assert program.see(run)["state"] == "failed"
    assert program.see(run)["reason"] == "it is not known how this run ended: begin it again"


def test_a_workflow_whose_end_was_not_written_has_ended_all_the_same(program: Program) -> None:
    """Its exit handler could not do its work; the Workflow says how it went."""
    run = program.upload()
    program.cloud.put_results(run, 1, 2, 3, 4)
    program.work(run, argo.status("Succeeded", *_all("Succeeded")))

    found = program.see(run)

    assert (found["state"], found["ended"]) == ("succeeded", "2026-12-01T10:01:00Z")
