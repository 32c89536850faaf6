"""The executor in the pods of workflows starts, ends and reports what their steps run."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap, Node, Pod

from rehearsal.cluster.agent.images import Behaviour, PulledImage
from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.agent.steps import Programs, Steps, is_step
from rehearsal.cluster.agent.steps.step import Step
from rehearsal.cluster.client import client_of
from rehearsal.cluster.objects import now, status_of
from rehearsal.cluster.played_programs import PlayedProgram
from rehearsal.cluster.played_steps import PlayedStep, Report, step_of
from rehearsal.cluster.processes import Processes
from rehearsal.cluster.provisions import Provisions
from tests.rehearsal.unit.cluster.pods import container, pod_of
from tests.rehearsal.waiting import until

_PROGRAM = """
import os, signal, sys, time
if "deaf" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
open("/proc/self/comm").read()
open(os.environ["NOTE"], "w").write(os.environ.get("GREETING", ""))
print("its last words", flush=True)
if "stay" in sys.argv:
    time.sleep(60)
sys.exit(int(sys.argv[1]))
"""
_NODE = Node(metadata=ObjectMeta(name="n", labels={"topology.kubernetes.io/region": "eu-north-1"}))


class _Api(ThreadingHTTPServer):
    """The calls of the executor, and what the API server answers to those of a method."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.calls: list[tuple[str, str, str, dict[str, Any]]] = []
        self.refused: dict[str, int] = {}

    @property
    def results(self) -> list[tuple[str, dict[str, Any]]]:
        """The calls about task results."""
        return [(method, body) for method, path, _, body in self.calls if "taskresults" in path]


class _Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def _answer(self) -> None:
        assert isinstance(self.server, _Api)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        who = self.headers.get("Authorization", "")
        self.server.calls.append((self.command, self.path, who, body))
        status = self.server.refused.get(self.command, 200) if "taskresults" in self.path else 200
        answer = {**body, "status": {"token": "of-the-pod", "expirationTimestamp": None}}
        if status != 200:
            answer = {"kind": "Status", "code": status, "message": "it is refused"}
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


class _Settings:
    """What drills have set, as an informer holds it."""

    def __init__(self) -> None:
        self.stored: ConfigMap | None = None

    def get(self, _name: str, _namespace: str) -> ConfigMap | None:
        return self.stored


@dataclass(kw_only=True)
class _Place:
    """An executor, an API server that notes its calls, and a pod of a step."""

    directory: Path
    api: _Api
    image: PulledImage = field(default_factory=lambda: PulledImage(identity="image"))
    pod: Pod = field(init=False)
    steps: Steps = field(init=False)
    time: datetime = field(default_factory=now)

    def __post_init__(self) -> None:
        self.settings = _Settings()
        self.pod = _pod()
        self.agent()

    def agent(self) -> None:
        """Begin anew, as after the agent has ended."""
        kubeconfig = self.directory / "kubeconfig"
        server = {"server": f"http://127.0.0.1:{self.api.server_address[1]}"}
        content = {
            "clusters": [{"name": "c", "cluster": server}],
            "users": [{"name": "u", "user": {"token": "of-the-administrator"}}],
            "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
            "current-context": "x",
        }
        kubeconfig.write_text(yaml.safe_dump(content))
        directory = self.directory / "steps"
        directory.mkdir(exist_ok=True)
        self.processes = Processes(directory)
        provisions = Provisions(
            client=client_of(kubeconfig),
            kubeconfig=kubeconfig,
            credentials="",
        )
        programs = Programs(
            endpoint="http://127.0.0.1:1",
            cluster="c",
            provisions=provisions,
            processes=self.processes,
        )
        self.steps = Steps(directory, programs, cast("Informer[ConfigMap]", self.settings))

    def run(self, *arguments: str) -> None:
        """Let the image's program be one of ours, with these arguments."""
        (self.directory / "step_of_test.py").write_text(_PROGRAM)
        environment = {"NOTE": str(self.note)}
        program = PlayedProgram(folders=(self.directory,), environment=environment)
        self.image = PulledImage(identity="image", program=program)
        assert self.pod.spec
        self.pod.spec.containers[1].args = list(arguments)

    @property
    def note(self) -> Path:
        return self.directory / "note"

    def sees(self, condition: Callable[[], bool]) -> bool:
        """Let the kubelet look once more, and say whether something holds."""
        self.look()
        return condition()

    def look(self, *, seconds: float = 1) -> None:
        """Let the kubelet look at the pod, this much later."""
        self.time += timedelta(seconds=seconds)
        status = self.steps.advance(self.pod, _NODE, lambda _: self.image, "10.0.0.1", self.time)
        self.pod = Pod(metadata=self.pod.metadata, spec=self.pod.spec, status=status)

    def begin(self) -> None:
        """Look until the step runs."""
        until(lambda: self.sees(lambda: "running" in self.state("main")), "it runs", 10)
        self.look()

    def end(self) -> None:
        ends = ("Succeeded", "Failed")
        until(lambda: self.sees(lambda: self.phase in ends), "it ends", 20)

    @property
    def phase(self) -> str | None:
        return status_of(self.pod).phase

    def state(self, name: str) -> dict[str, Any]:
        statuses = status_of(self.pod).to_dict().get("containerStatuses") or []
        return next((dict(s["state"]) for s in statuses if s["name"] == name), {})

    def ended(self, name: str) -> tuple[int, str, str | None]:
        found = self.state(name)["terminated"]
        return found["exitCode"], found["reason"], found.get("message")

    def process(self) -> int:
        (record,) = self.processes.running()
        return record.pid


@pytest.fixture
def place(tmp_path: Path) -> Iterator[_Place]:
    with _Api() as api:
        threading.Thread(target=api.serve_forever, args=[0.01], daemon=True).start()
        made = _Place(directory=tmp_path, api=api)
        yield made
        made.processes.stop(())
        api.shutdown()


def _pod(
    outputs: list[dict[str, Any]] | None = None, deadline: str = "0001-01-01T00:00:00Z"
) -> Pod:
    """Make a pod as Argo's controller does."""
    template = json.dumps({"name": "t", "outputs": {"parameters": outputs or []}})
    executor = ["/var/run/argo/argoexec", "emissary", "--loglevel", "info", "--"]
    own = {"image": "quay.io/argoproj/argoexec:v4"}
    made = Pod.from_dict(
        {
            "metadata": {
                "name": "run-listen-1",
                "namespace": "music",
                "uid": "uid",
                "labels": {"workflows.argoproj.io/workflow": "run"},
                "annotations": {
                    "workflows.argoproj.io/node-id": "run-1",
                    "workflows.argoproj.io/node-name": "run.listen",
                },
                "ownerReferences": [
                    {
                        "apiVersion": "argoproj.io/v1alpha1",
                        "kind": "Workflow",
                        "name": "run",
                        "uid": "workflow",
                        "controller": True,
                    }
                ],
            },
            "spec": {
                "nodeName": "n",
                "restartPolicy": "Never",
                "serviceAccountName": "steps",
                "terminationGracePeriodSeconds": 30,
                "initContainers": [
                    {"name": "init", **own, "env": [{"name": "ARGO_TEMPLATE", "value": template}]}
                ],
                "containers": [
                    {"name": "wait", **own, "env": [{"name": "ARGO_DEADLINE", "value": deadline}]},
                    {
                        "name": "main",
                        "image": "image",
                        "command": [*executor, "python", "-m", "step_of_test"],
                        "env": [{"name": "GREETING", "value": "/data/hello"}],
                        "volumeMounts": [{"name": "scratch", "mountPath": "/data"}],
                        "terminationMessagePolicy": "FallbackToLogsOnError",
                    },
                ],
                "volumes": [{"name": "scratch", "emptyDir": {}}],
            },
        }
    )
    return cast("Pod", made)


_OUTPUT = {"name": "segments", "valueFrom": {"path": "/tmp/segments"}}


def test_what_runs_is_the_templates_command_behind_the_executors_own() -> None:
    step = Step.of(_pod())

    assert step.command == ["python", "-m", "step_of_test"]
    assert step.deadline is None


def test_only_pods_with_a_program_and_who_reports_it_are_steps() -> None:
    """A set of containers has none that is called main."""
    assert is_step(_pod())

    several = _pod()
    assert several.spec
    several.spec.containers[1].name = "first"
    assert not is_step(several)
    assert not is_step(pod_of(container("main"), container("wait")))


def test_a_played_step_ends_after_its_time_and_is_reported(place: _Place) -> None:
    """By the account of its pod, as the Workflow's, and as complete only in the end."""
    place.image = PulledImage(identity="image", startup_seconds=3)
    place.begin()
    (created,) = place.api.results
    labels = {"workflows.argoproj.io/workflow": "run"}
    completed = "workflows.argoproj.io/report-outputs-completed"
    assert created[0] == "POST"
    assert created[1]["metadata"]["name"] == "run-1"
    assert created[1]["metadata"]["labels"] == {**labels, completed: "false"}
    assert created[1]["metadata"]["ownerReferences"][0]["uid"] == "workflow"
    assert place.phase == "Running"

    place.end()

    assert place.phase == "Succeeded"
    assert place.ended("main") == (0, "Completed", None)
    assert place.ended("wait") == (0, "Completed", None)
    assert place.api.results[-1] == ("PATCH", {"metadata": {"labels": {completed: "true"}}})
    whose = {who for _, path, who, _ in place.api.calls if "taskresults" in path}
    assert whose == {"Bearer of-the-pod"}


@pytest.mark.parametrize(
    ("behaviour", "end"),
    [(Behaviour.CRASH, (1, "Error", None)), (Behaviour.OUT_OF_MEMORY, (137, "OOMKilled", None))],
)
def test_the_notes_of_an_image_say_how_its_step_fails(
    place: _Place, behaviour: Behaviour, end: tuple[int, str, None]
) -> None:
    """What was to be reported has been, as after any other end."""
    place.image = PulledImage(identity="image", behaviour=behaviour)
    place.begin()
    place.end()

    assert place.phase == "Failed"
    assert place.ended("main") == end
    assert place.ended("wait")[0] == 0


def test_outputs_are_values_of_files_notes_or_defaults(place: _Place) -> None:
    default = {"name": "tempo", "valueFrom": {"path": "/tmp/tempo", "default": "90"}}
    place.pod = _pod([_OUTPUT, default])
    place.image = PulledImage(
        identity="image", step=PlayedStep(seconds=0, outputs={"segments": "[]"})
    )
    place.begin()
    place.end()

    (reported,) = (body["outputs"] for _, body in place.api.results if "outputs" in body)
    assert [one["value"] for one in reported["parameters"]] == ["[]", "90"]


def test_an_output_without_a_file_fails_the_container_that_reports(place: _Place) -> None:
    """The program itself has ended well."""
    place.pod = _pod([_OUTPUT])
    place.image = PulledImage(identity="image", startup_seconds=0)
    place.begin()
    place.end()

    assert place.ended("main")[0] == 0
    message = "open /tmp/segments: no such file or directory"
    assert place.ended("wait") == (1, "Error", message)


def test_a_program_gets_what_its_pod_says_and_tells_how_it_ended(place: _Place) -> None:
    """Its mounts lie in a folder of its own, which goes with the pod; its log stays."""
    place.run("3")
    place.begin()
    place.end()

    assert place.note.read_text() == str(place.directory / "steps" / "uid" / "scratch" / "hello")
    assert place.ended("main") == (3, "Error", "its last words")
    place.steps.keep_only([place.pod], place.time)
    assert not (place.directory / "steps" / "uid").exists()
    assert (place.directory / "steps" / "music.run-listen-1.log").exists()


def test_a_command_that_is_not_there_fails_as_the_executor_would(place: _Place) -> None:
    place.run()
    assert place.pod.spec
    place.pod.spec.containers[1].command = ["no-such-program"]
    place.begin()
    place.end()

    code, _, message = place.ended("main")
    assert code == 64
    assert "no-such-program" in (message or "")


def _await_note(place: _Place) -> None:
    until(place.note.exists, "the program begins", 20)


def test_a_deleted_pod_waits_for_its_program(place: _Place) -> None:
    """SIGTERM ends it, and its end is reported before the pod goes."""
    place.run("0", "stay")
    place.begin()
    _await_note(place)

    until(lambda: place.steps.end(place.pod, place.time) is not None, "the program leaves", 10)

    ended = place.steps.end(place.pod, place.time)
    assert ended is not None
    place.pod = ended
    assert place.ended("main")[0] == 128 + signal.SIGTERM


def test_a_program_that_does_not_leave_is_killed_after_its_grace(place: _Place) -> None:
    place.run("0", "stay", "deaf")
    place.begin()
    _await_note(place)

    place.steps.end(place.pod, place.time)
    time.sleep(0.5)
    assert place.steps.end(place.pod, place.time + timedelta(seconds=29)) is None

    late = place.time + timedelta(seconds=30)
    until(lambda: place.steps.end(place.pod, late) is not None, "the program is killed", 10)


def test_a_pod_beyond_its_deadline_fails_once_its_program_has_left(place: _Place) -> None:
    """With the kubelet's own words, which the controller takes for the step's reason."""
    place.run("0", "stay")
    assert place.pod.spec
    place.pod.spec.activeDeadlineSeconds = 60
    place.begin()
    _await_note(place)
    place.look(seconds=60)
    place.end()

    status = status_of(place.pod)
    assert (status.phase, status.reason) == ("Failed", "DeadlineExceeded")
    assert status.message == "Pod was active on the node longer than the specified deadline"
    assert place.ended("main")[0] == 128 + signal.SIGTERM
    assert place.ended("wait")[0] == 0


def test_a_step_beyond_the_executors_deadline_is_ended_by_it(place: _Place) -> None:
    deadline = (place.time + timedelta(seconds=60)).isoformat().replace("+00:00", "Z")
    place.pod = _pod(deadline=deadline)
    place.run("0", "stay")
    place.begin()
    _await_note(place)
    place.look(seconds=60)
    place.end()

    assert place.phase == "Failed"
    assert status_of(place.pod).message is None
    assert place.ended("wait") == (0, "Completed", "Step exceeded its deadline")


def test_a_program_goes_with_its_machine_and_with_all_that_it_has_started(place: _Place) -> None:
    """Nobody is asked, and nothing is reported."""
    place.run("0", "stay", "deaf")
    place.begin()
    _await_note(place)
    process, reported = place.process(), len(place.api.results)

    place.steps.keep_only([], place.time)

    def is_gone() -> bool:
        place.steps.keep_only([], place.time)
        return not Path(f"/proc/{process}").exists()

    until(is_gone, "the program is killed", 10)
    assert len(place.api.results) == reported


def test_a_program_of_an_earlier_agent_is_lost(place: _Place) -> None:
    """It has gone with that agent, so the step has failed; a played one goes on."""
    place.run("0", "stay")
    place.begin()
    _await_note(place)
    place.processes.stop(())

    place.agent()
    place.end()

    assert place.ended("main")[0] == 137


def test_a_played_step_goes_on_with_another_agent(place: _Place) -> None:
    place.image = PulledImage(identity="image", startup_seconds=30)
    place.begin()
    place.agent()
    place.look(seconds=5)
    assert place.phase == "Running"
    place.look(seconds=25)
    place.end()

    assert place.phase == "Succeeded"


def test_what_may_not_be_reported_is_the_message_of_the_container_that_reports(
    place: _Place,
) -> None:
    place.api.refused = {"POST": 403, "PATCH": 403}
    place.begin()
    place.end()

    assert place.ended("main")[0] == 0
    assert place.ended("wait") == (1, "Error", "it is refused")


def test_an_api_server_that_fails_is_asked_again(place: _Place) -> None:
    place.api.refused = {"PATCH": 503}
    place.begin()
    for _ in range(5):
        place.look()
    assert "terminated" in place.state("main")
    assert "running" in place.state("wait")
    assert place.phase == "Running"

    place.api.refused = {}
    place.end()

    assert place.phase == "Succeeded"


def test_a_drill_decides_how_a_step_goes_in_place_of_its_program(place: _Place) -> None:
    """And one that only hides the report lets the program run."""
    place.run("0")
    note = {"part": "listen", "seconds": 0, "exit_code": 5}
    place.settings.stored = _stored(note)
    place.begin()
    place.end()
    assert place.ended("main")[0] == 5
    assert not place.note.exists()


def test_a_report_that_never_comes_keeps_the_pod(place: _Place) -> None:
    place.run("0")
    place.settings.stored = _stored({"part": "listen", "runs": True, "report": Report.NEVER})
    place.begin()
    _await_note(place)
    until(lambda: place.sees(lambda: "terminated" in place.state("main")), "it ends", 10)

    place.look(seconds=100)

    assert place.api.results == []
    assert place.phase == "Running"


def _stored(*notes: dict[str, Any]) -> ConfigMap:
    data = {f"music.{index}": json.dumps(note) for index, note in enumerate(notes)}
    return ConfigMap(metadata=ObjectMeta(name="rehearsal-steps"), data=data)


def test_the_longest_fitting_part_of_a_steps_name_decides() -> None:
    """Steps that nobody has named go as their image says."""
    stored = _stored(
        {"part": "compose", "exit_code": 1}, {"part": "run-a.compose(2", "exit_code": 2}
    )

    def code(namespace: str, name: str) -> int | None:
        found = step_of(stored, namespace, name)
        return found.exit_code if found else None

    assert code("music", "run-a.compose(2:44)") == 2
    assert code("music", "run-a.compose(1:43)") == 1
    assert code("music", "run-a.listen") is None
    assert code("elsewhere", "run-a.compose(2:44)") is None
    assert step_of(None, "music", "run-a.listen") is None


def test_a_note_says_what_runs_for_an_image(tmp_path: Path) -> None:
    """Its folders and files are named from where the note lies."""
    note = {
        "folders": ["src", "../step/src"],
        "environment": {"MODELS": "none"},
        "files": {"PAGE": "../page"},
        "instead": {"composer": "tones"},
    }

    program = PlayedProgram.read(json.dumps(note), tmp_path / "composer")

    assert program.folders == (tmp_path / "composer" / "src", tmp_path / "step" / "src")
    assert program.variables == {"MODELS": "none", "PAGE": str(tmp_path / "page")}
    assert program.lacks
    (tmp_path / "page").mkdir()
    assert not program.lacks
    assert program.stand_in(["python", "-m", "composer", "a"]) == ["python", "-m", "tones", "a"]
    assert program.stand_in(["python", "-m", "step"]) == ["python", "-m", "step"]
    assert PlayedProgram.of_image("registry/nobody/knows-this") is None
