"""A pipeline as people would write it, with small programs of the test for its steps."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lightkube import ApiError
from lightkube.generic_resource import create_namespaced_resource
from lightkube.resources.core_v1 import Pod

from rehearsal.cluster.objects import annotations_of, labels_of, spec_of
from rehearsal.cluster.operators import OPERATORS, Release
from rehearsal.cluster.pod_identity import environment_of_pod
from tests.rehearsal.played import Cluster

NAMESPACE = "pipelines"
_ACCOUNT = "pipeline"
_NODE = "workflows.argoproj.io/node-name"
_OF_WORKFLOW = "workflows.argoproj.io/workflow"
_Workflow: Any = create_namespaced_resource("argoproj.io", "v1alpha1", "Workflow", "workflows")
_ENOUGH = 120
_PROGRAM = """
import os, signal, sys, time
from pathlib import Path

notes = Path(os.environ["NOTES"])

def leave(*_):
    (notes / f"{sys.argv[1]}.left").touch()
    sys.exit(143)

signal.signal(signal.SIGTERM, leave)
(notes / f"{sys.argv[1]}.pid").write_text(str(os.getpid()))
time.sleep(float(os.environ["SECONDS"]))
if sys.argv[1].endswith("-listen"):
    (Path(os.environ["HOME"]) / "segments").write_text("3\\n")
names = ("AWS_ENDPOINT_URL", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_REGION")
(notes / f"{sys.argv[1]}.done").write_text(" ".join(os.environ.get(name, "-") for name in names))
"""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A cluster with Argo's controller, and an image whose program is the test's."""

    cluster: Cluster
    operator: Release
    notes: Path
    """In which the programs note that they have begun, left or done what they were to do."""
    image: str

    @classmethod
    def prepare(cls, cluster: Cluster, directory: Path) -> "Stage":
        """Install the controller, and let steps report by the chart's own Role."""
        program, notes = directory / "program", directory / "notes"
        program.mkdir()
        notes.mkdir()
        (program / "step_of_test.py").write_text(_PROGRAM)
        note = {"folders": [str(program)], "environment": {"NOTES": str(notes)}}
        image = cluster.registry.push("steps", {"rehearsal/program": json.dumps(note)})
        kubectl = cluster.control_plane.kubectl
        kubectl("create", "namespace", NAMESPACE)
        operator = Release(
            plane=cluster.control_plane,
            chart="argo-workflows",
            namespace="argo",
            values={
                "controller": {
                    "workflowNamespaces": [NAMESPACE],
                    "extraArgs": ["--namespaced", f"--managed-namespace={NAMESPACE}"],
                    "metricsConfig": {"enabled": True},
                    "resources": {"requests": {"cpu": "20m"}},
                },
                "workflow": {"serviceAccount": {"create": True, "name": _ACCOUNT}},
            },
            identity_of=lambda token: environment_of_pod("http://127.0.0.1:1", "cluster", token),
        )
        OPERATORS["argo-workflows"].install(operator)
        return cls(cluster=cluster, operator=operator, notes=notes, image=image)

    def submit(self, name: str, **changes: Any) -> "Run":
        """Create a Workflow, as a client would."""
        workflow = pipeline(name, changes.pop("image", self.image), **changes)
        self.cluster.client.create(_Workflow(workflow))
        return Run(stage=self, name=name)

    def has_noted(self, *notes: str) -> bool:
        return all((self.notes / note).exists() for note in notes)

    def process(self, step: str) -> int:
        """Return the process that has last begun a step."""
        return int((self.notes / f"{step}.pid").read_text())


@dataclass(frozen=True, kw_only=True)
class Run:
    """One Workflow."""

    stage: Stage
    name: str

    @property
    def status(self) -> Mapping[str, Any]:
        found = self.stage.cluster.client.get(_Workflow, self.name, namespace=NAMESPACE)
        status: Mapping[str, Any] = found.get("status") or {}
        return status

    @property
    def phase(self) -> str:
        return str(self.status.get("phase", ""))

    def has_ended(self) -> bool:
        return self.phase in ("Succeeded", "Failed", "Error")

    def nodes(self) -> dict[str, Mapping[str, Any]]:
        """Return the nodes that are pods by the names that people see."""
        nodes = self.status.get("nodes", {}).values()
        return {one["displayName"]: one for one in nodes if one["type"] == "Pod"}

    def phases(self) -> dict[str, str]:
        return {name: one["phase"] for name, one in self.nodes().items()}

    def machine(self, name: str) -> str:
        """Return the machine of a step that runs."""
        (pod,) = (p for p in self.pods() if annotations_of(p)[_NODE] == f"{self.name}.{name}")
        return spec_of(pod).nodeName or ""

    def pods(self) -> list[Pod]:
        found = self.stage.cluster.client.list(Pod, namespace=NAMESPACE)
        return [pod for pod in found if labels_of(pod)[_OF_WORKFLOW] == self.name]

    def delete(self) -> None:
        self.stage.cluster.client.delete(_Workflow, self.name, namespace=NAMESPACE)

    def is_gone(self) -> bool:
        try:
            return not self.phase and not self.pods()
        except ApiError:
            return not self.pods()


def pipeline(
    name: str,
    image: str,
    *,
    seconds: float = 0,
    deadline: int = _ENOUGH,
    output: str = "",
    account: str = _ACCOUNT,
    retries: int = 0,
    policy: str = "OnError",
    grace: int = 30,
) -> dict[str, Any]:
    """Make a Workflow that listens, composes four times, and says how it ended."""
    outputs = {"parameters": [{"name": "segments", "valueFrom": {"path": output}}]}
    templates = [
        _template("listen", image, f"{name}-listen", seconds, deadline)
        | ({"outputs": outputs} if output else {}),
        _template(
            "compose", image, f"{name}-compose-{{{{inputs.parameters.n}}}}", seconds, deadline
        )
        | {"inputs": {"parameters": [{"name": "n"}]}}
        | ({"retryStrategy": {"limit": str(retries), "retryPolicy": policy}} if retries else {}),
        _template("end", image, f"{name}-{{{{workflow.status}}}}", 0, _ENOUGH),
        {"name": "main", "dag": {"failFast": False, "tasks": _TASKS}},
    ]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"name": name, "namespace": NAMESPACE},
        "spec": {
            "entrypoint": "main",
            "onExit": "end",
            "serviceAccountName": account,
            "podSpecPatch": json.dumps({"terminationGracePeriodSeconds": grace}),
            "templates": templates,
        },
    }


_TASKS = [
    {"name": "listen", "template": "listen"},
    {
        "name": "compose",
        "template": "compose",
        "depends": "listen",
        "withItems": [1, 2, 3, 4],
        "arguments": {"parameters": [{"name": "n", "value": "{{item}}"}]},
    },
]


def _template(
    name: str, image: str, argument: str, seconds: float, deadline: int
) -> dict[str, Any]:
    return {
        "name": name,
        "activeDeadlineSeconds": deadline,
        "container": {
            "image": image,
            "command": ["python", "-m", "step_of_test"],
            "args": [argument],
            "env": [{"name": "SECONDS", "value": str(seconds)}],
            "resources": {"requests": {"cpu": "10m"}},
        },
    }
