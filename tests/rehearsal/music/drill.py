"""Music's production: what the drills here ask of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from lightkube import ApiError
from lightkube.generic_resource import create_namespaced_resource
from lightkube.resources.core_v1 import Node

from rehearsal.cluster.components import Layout
from rehearsal.cluster.data_plane.load_balancer import PROGRAM as LOAD_BALANCER
from rehearsal.cluster.objects import labels_of, name_of
from rehearsal.cluster.played_steps import PlayedStep, set_step
from tests.rehearsal.drill import Drill, stacks_of
from tests.rehearsal.edits import Edit, SettingEdit
from tests.rehearsal.music.people import Person
from tests.rehearsal.waiting import PATIENCE_SECONDS, until

STACK = "MusicProd"
STACKS = stacks_of(STACK)
NAMESPACE = "music-prod"
CLUSTER = "music-cluster"
STILL = ("uploading", "waiting", "running")
COMPOSE_SECONDS = 90
"""Until a composer is ended."""
OPEN_RUNS = 4
_SECONDS_BETWEEN_LOOKS = 2.0
SHORTENED: tuple[Edit, ...] = (
    *(
        SettingEdit(system=STACK, path=f"cluster.node_pools[{pool}].idle_seconds", value=15)
        for pool in ("listening", "composing")
    ),
    SettingEdit(system=STACK, path="pipeline.composing.deadline", value=COMPOSE_SECONDS),
    SettingEdit(system=STACK, path="uploads.open_runs", value=OPEN_RUNS),
)
"""Karpenter waits 15 s instead of 600 s before it ends a machine, a composer has 90 s and not 1800,
and a person may have four runs under way instead of three."""
_Workflow: Any = create_namespaced_resource("argoproj.io", "v1alpha1", "Workflow", "workflows")


@dataclass(frozen=True, kw_only=True)
class MusicDrill(Drill):
    system: ClassVar[str] = STACK
    databases: ClassVar[int] = 0

    def setting_of(self, workload: str) -> str:
        return {"listener": "pipeline.listening", "composer": "pipeline.composing"}[workload]

    @property
    def address(self) -> str:
        """Return where people come in."""
        layout = Layout(directory=self.checkout.run / "clusters" / CLUSTER)
        return f"http://127.0.0.1:{layout.port_file(LOAD_BALANCER).read_text()}"

    def person(self, name: str) -> Person:
        return Person(name=name, address=self.address)

    def serves(self) -> bool:
        return self.person("nobody").ask("GET", "/runs").is_success

    def play(self, run: str, number: int, step: PlayedStep) -> None:
        """Let the composer of one result of a run go on so from now on."""
        set_step(self, NAMESPACE, f"{run}[1].compose({number - 1}:", step)

    def tries(self, run: str, number: int) -> list[Mapping[str, Any]]:
        """Return what Argo knows of each try at a result, first to last."""
        nodes = (self._status(run).get("nodes") or {}).values()
        name = f"compose({number - 1}:"
        pods = [one for one in nodes if one["type"] == "Pod"]
        found = [one for one in pods if one["displayName"].startswith(name)]
        return sorted(found, key=lambda one: str(one["startedAt"]))

    def phases(self, run: str, number: int) -> list[str]:
        """Return how each try at a result stands."""
        return [one["phase"] for one in self.tries(run, number)]

    def composes(self, run: str, number: int) -> bool:
        return self.phases(run, number)[-1:] == ["Running"]

    def images(self, run: str) -> dict[str, str]:
        """Return the image of each step of a run."""
        templates = self._status(run)["storedWorkflowTemplateSpec"]["templates"]
        return {one["name"]: one["container"]["image"] for one in templates if "container" in one}

    def _status(self, run: str) -> Mapping[str, Any]:
        try:
            found = self.kubernetes.get(_Workflow, run, namespace=NAMESPACE)
        except ApiError:
            return {}
        status: Mapping[str, Any] = found.get("status") or {}
        return status

    def other_image(self, program: str) -> SettingEdit:
        """Return the edit that pins another image, for which `up` pushes a stand-in."""
        return self._image(program, "digest", f"sha256:{'1' * 64}")

    def objects(self, run: str) -> set[str]:
        """Return the keys of a run in its bucket, whichever that is."""
        s3 = self.checkout.cloud.client("s3", self.region)
        return {
            found["Key"]
            for bucket in s3.list_buckets()["Buckets"]
            for found in s3.list_objects_v2(Bucket=bucket["Name"], Prefix=f"runs/{run}/").get(
                "Contents", []
            )
        }

    def gpu_nodes(self) -> Counter[str]:
        """Count the machines with GPUs by the steps that they are for."""
        nodes = self.kubernetes.list(Node)
        return Counter(labels_of(one)["work"] for one in nodes if "work" in labels_of(one))

    def role_of(self, step: str) -> str:
        """Return the role that the pods of a step have."""
        eks = self.checkout.cloud.client("eks", self.region)
        (found,) = eks.list_pod_identity_associations(
            clusterName=CLUSTER, namespace=NAMESPACE, serviceAccount=step
        )["associations"]
        described = eks.describe_pod_identity_association(
            clusterName=CLUSTER, associationId=found["associationId"]
        )
        return str(described["association"]["roleArn"]).rpartition("/")[2]

    def await_ends(
        self, runs: Sequence[tuple[Person, str]], seconds: float = PATIENCE_SECONDS
    ) -> Mapping[str, dict[str, Any]]:
        """Return how each run stands once it has ended."""
        ended: dict[str, dict[str, Any]] = {}

        def all_have() -> bool:
            over = self._over()
            for person, run in runs:
                if run in over - ended.keys() and (found := person.look(run))["state"] not in STILL:
                    ended[run] = found
            return len(ended) == len(runs)

        # One look at all runs is a megabyte: looking all the time, a drill would slow them.
        until(all_have, f"{len(runs)} runs end", seconds, look_every=_SECONDS_BETWEEN_LOOKS)
        return ended

    def _over(self) -> set[str]:
        """Return the runs that Argo has done with."""
        found = self.kubernetes.list(_Workflow, namespace=NAMESPACE)
        return {name_of(one) for one in found if (one.get("status") or {}).get("finishedAt")}

    def await_end(self, person: Person, run: str) -> dict[str, Any]:
        return self.await_ends([(person, run)])[run]
