"""Argo's own controller runs a pipeline; the steps are programs of this machine, or played."""

import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from lightkube.resources.core_v1 import Node

from rehearsal.cluster.nodes import drain, join
from rehearsal.cluster.objects import status_of
from rehearsal.cluster.operators import OPERATORS
from rehearsal.cluster.operators.argo_workflows.objects import CONTROLLER
from rehearsal.cluster.played_steps import PlayedStep, Report, set_step
from rehearsal.cluster.processes import Processes
from rehearsal.toolchain import Toolchain, prepare_charts
from tests.rehearsal.checkout import TOOLS
from tests.rehearsal.conftest import Figure
from tests.rehearsal.listening import listening, memory_of
from tests.rehearsal.pipelines import NAMESPACE, Stage
from tests.rehearsal.played import CPU_NODES, played_cluster
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_TOO_LONG = "Pod was active on the node longer than the specified deadline"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Share one cluster: each test has a Workflow of its own."""
    prepare_charts(Toolchain(bin=TOOLS / "bin"), ["argo-workflows"], print)
    directory = tmp_path_factory.mktemp("workflows")
    with played_cluster(directory / "cluster") as cluster:
        yield Stage.prepare(cluster, directory)


def test_a_pipeline_listens_composes_and_says_how_it_ended(stage: Stage, figure: Figure) -> None:
    """Each step is a process with what its pod gives it, and reports by its own account."""
    began = time.monotonic()
    run = stage.submit("whole")
    until(run.has_ended, "the pipeline ends", 120)
    figure(f"pipeline of six steps, from creation to its end: {time.monotonic() - began:.0f} s")

    composers = [f"compose({n}:{n + 1})" for n in range(4)]
    assert run.phases() == dict.fromkeys(["listen", *composers, "whole.onExit"], "Succeeded")
    notes = [f"whole-{what}.done" for what in ("listen", *(f"compose-{n}" for n in range(1, 5)))]
    assert stage.has_noted(*notes, "whole-Succeeded.done")


def test_a_step_is_given_what_a_pod_with_a_role_is_given(stage: Stage) -> None:
    """The emulator's endpoint, the agent of Pod Identity, and the region of its machine."""
    run = stage.submit("given")
    until(run.has_ended, "the pipeline ends", 120)

    endpoint, credentials, region = (stage.notes / "given-listen.done").read_text().split()
    assert endpoint == stage.cluster.registry.endpoint
    cluster = stage.cluster.control_plane.layout.directory.name
    assert credentials == f"{endpoint}/rehearsal/pod-identity-agent/{cluster}/v1/credentials"
    assert region == "ap-northeast-2"


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (PlayedStep(seconds=1, exit_code=3), "main: Error (exit code 3)"),
        (
            PlayedStep(seconds=1, exit_code=137, reason="OOMKilled"),
            "main: OOMKilled (exit code 137)",
        ),
    ],
    ids=["fails", "oom"],
)
def test_a_composer_that_fails_leaves_the_others_and_the_end(
    stage: Stage, request: pytest.FixtureRequest, fault: PlayedStep, message: str
) -> None:
    """The three others get their results, and the run is failed with the step's own reason."""
    name = request.node.callspec.id
    set_step(stage.cluster.control_plane, NAMESPACE, f"{name}.compose(2", fault)

    run = stage.submit(name)
    until(run.has_ended, "the pipeline ends", 120)

    assert run.phase == "Failed"
    assert run.nodes()["compose(2:3)"]["message"] == message
    assert [p for n, p in run.phases().items() if n != "compose(2:3)"] == ["Succeeded"] * 5
    assert stage.has_noted(*(f"{name}-compose-{n}.done" for n in (1, 2, 4)), f"{name}-Failed.done")


@pytest.mark.parametrize("deaf", [False, True], ids=["hangs", "deaf"])
def test_a_composer_that_hangs_is_ended_by_its_deadline(
    stage: Stage, request: pytest.FixtureRequest, *, deaf: bool
) -> None:
    """One that takes no notice of SIGTERM is killed after its grace."""
    name = request.node.callspec.id
    hangs = PlayedStep(hangs=True, deaf=deaf)
    set_step(stage.cluster.control_plane, NAMESPACE, f"{name}.compose(2", hangs)
    set_step(stage.cluster.control_plane, NAMESPACE, f"{name}.", PlayedStep(seconds=0))

    run = stage.submit(name, deadline=10, grace=2)
    until(run.has_ended, "the pipeline ends", 120)

    assert run.nodes()["compose(2:3)"]["message"] == _TOO_LONG
    assert [p for n, p in run.phases().items() if n != "compose(2:3)"] == ["Succeeded"] * 5


def test_a_program_beyond_its_deadline_is_asked_to_leave(stage: Stage) -> None:
    """It is told by SIGTERM, as the kubelet would, and has its grace to leave."""
    run = stage.submit("slow", seconds=60, deadline=12)
    until(run.has_ended, "the pipeline ends", 120)

    assert run.nodes()["listen"]["message"] == _TOO_LONG
    assert stage.has_noted("slow-listen.left", "slow-Failed.done")
    assert not stage.has_noted("slow-listen.done")


def test_an_output_is_what_the_program_has_written(stage: Stage) -> None:
    run = stage.submit("written", output="/segments")
    until(run.has_ended, "the pipeline ends", 120)

    (parameter,) = run.nodes()["listen"]["outputs"]["parameters"]
    assert parameter["value"] == "3"


def test_an_output_that_was_not_written_is_the_executors_error(stage: Stage) -> None:
    """The program has ended well, and the container that reports says what it did not find."""
    run = stage.submit("unwritten", output="/nothing")
    until(run.has_ended, "the pipeline ends", 120)

    listen = run.nodes()["listen"]
    assert listen["phase"] == "Error"
    assert (
        listen["message"] == "wait: Error (exit code 1): open /nothing: no such file or directory"
    )
    assert run.phases()["unwritten.onExit"] == "Succeeded"


def test_an_output_that_never_comes_is_waited_for(stage: Stage) -> None:
    """The pod has succeeded, and the controller leaves the step as it is; no deadline counts."""
    fault = PlayedStep(seconds=1, report=Report.WITHOUT_OUTPUTS)
    set_step(stage.cluster.control_plane, NAMESPACE, "waiting.listen", fault)
    run = stage.submit("waiting", output="/segments", deadline=12)
    until(lambda: [status_of(pod).phase for pod in run.pods()] == ["Succeeded"], "the pod ends")

    time.sleep(12)
    assert run.phase == "Running"
    assert run.phases() == {"listen": "Running"}
    run.delete()
    until(run.is_gone, "the workflow is deleted")


def test_an_executor_that_cannot_report_is_ended_by_the_deadline(stage: Stage) -> None:
    """As if the API server were out of reach for its container alone."""
    fault = PlayedStep(seconds=1, report=Report.NEVER)
    set_step(stage.cluster.control_plane, NAMESPACE, "mute.listen", fault)
    run = stage.submit("mute", deadline=5)
    until(run.has_ended, "the pipeline ends", 120)

    assert run.nodes()["listen"]["message"] == _TOO_LONG


def test_an_account_that_may_not_report_fails_its_step(stage: Stage) -> None:
    """The program's work is done; that the Role is missing stands in the step's message."""
    run = stage.submit("forbidden", account="default")
    until(run.has_ended, "the pipeline ends", 120)

    message = run.nodes()["listen"]["message"]
    assert message.startswith("wait: Error (exit code 1): workflowtaskresults.argoproj.io")
    assert "is forbidden" in message
    assert stage.has_noted("forbidden-listen.done")


def test_a_step_that_loses_its_machine_is_tried_again(stage: Stage, figure: Figure) -> None:
    """Its program goes with the machine, without a word; a minute later its pod is made anew."""
    set_step(stage.cluster.control_plane, NAMESPACE, "lost.listen", PlayedStep(seconds=0))
    run = stage.submit("lost", seconds=30, retries=2)
    until(lambda: stage.has_noted("lost-compose-1.pid"), "a composer runs", 120)
    process = stage.process("lost-compose-1")

    began = time.monotonic()
    stage.cluster.client.delete(Node, run.machine("compose(0:1)(0)"))

    until(lambda: not Path(f"/proc/{process}").exists(), "the program goes", 20)
    assert not stage.has_noted("lost-compose-1.done")
    until(lambda: stage.process("lost-compose-1") != process, "there is another try", 150)
    figure(f"machine lost, to another try of its step: {time.monotonic() - began:.0f} s")
    until(run.has_ended, "the pipeline ends", 120)
    assert run.phase == "Succeeded"
    assert not stage.has_noted("lost-compose-1.left")
    join(stage.cluster.control_plane, CPU_NODES)


def test_an_evicted_step_is_tried_again_if_its_failures_are(stage: Stage) -> None:
    """As before a spot machine is taken: the program leaves with 143, if anybody sees that."""
    set_step(stage.cluster.control_plane, NAMESPACE, "evicted.listen", PlayedStep(seconds=0))
    run = stage.submit("evicted", seconds=20, retries=2, policy="Always")
    until(lambda: stage.has_noted("evicted-compose-1.pid"), "a composer runs", 120)

    machine = run.machine("compose(0:1)(0)")
    drain(stage.cluster.client, [machine], 20)
    stage.cluster.client.patch(Node, machine, {"spec": {"unschedulable": None}})

    until(run.has_ended, "the pipeline ends", 120)
    assert run.phase == "Succeeded"
    assert stage.has_noted("evicted-compose-1.left", "evicted-compose-1.done")
    # The next try has a number of its own, unless the controller saw neither the exit nor the
    # deletion, and made the pod of the same try anew.
    tries = sorted(name for name in run.phases() if name.startswith("compose(0:1)("))
    ended = {run.nodes()[name]["message"] for name in tries[:-1]}
    assert ended <= {"main: Error (exit code 143)", "pod deleted"}
    assert run.phases()[tries[-1]] == "Succeeded"


def test_a_deleted_run_leaves_no_program(stage: Stage) -> None:
    """Its pods go with it, each after its program was told to leave."""
    run = stage.submit("deleted", seconds=60)
    until(lambda: stage.has_noted("deleted-listen.pid"), "the listener runs", 120)
    process = stage.process("deleted-listen")

    run.delete()

    until(run.is_gone, "the workflow is deleted", 60)
    assert stage.has_noted("deleted-listen.left")
    assert not Path(f"/proc/{process}").exists()


def test_a_controller_that_is_killed_goes_on_where_it_was(stage: Stage, figure: Figure) -> None:
    """What has ended meanwhile it finds out when it comes back."""
    run = stage.submit("killed", seconds=3)
    until(lambda: stage.has_noted("killed-listen.pid"), "the listener runs", 120)
    stage.operator.plane.stop_beside("workflow-controller")
    until(lambda: stage.has_noted("killed-listen.done"), "the listener is done", 60)

    began = time.monotonic()
    OPERATORS["argo-workflows"].install(stage.operator)
    figure(f"workflow controller installed again: {time.monotonic() - began:.1f} s")

    until(run.has_ended, "the pipeline ends", 120)
    assert run.phase == "Succeeded"


def test_the_controller_serves_its_figures_on_this_machine(stage: Stage, figure: Figure) -> None:
    """On loopback and nowhere else: its own command would serve on all addresses."""
    layout = stage.cluster.control_plane.layout
    port = int(layout.port_file(CONTROLLER).read_text())
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        assert b"argo_workflows" in answer.read()

    (process,) = (
        one for one in Processes(layout.directory).running() if one.name == "workflow-controller"
    )
    figure(f"workflow controller, memory: {memory_of(process.pid)} MB")
    assert listening(process.pid) == {("127.0.0.1", port)}
