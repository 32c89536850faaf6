"""Silver Guardian's production: what the drills here ask of it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from lightkube.models.core_v1 import PodSpec
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.batch_v1 import Job
from lightkube.resources.core_v1 import Event, Node, Pod

from rehearsal.cluster.objects import (
    has_ended,
    has_owner_of_kind,
    is_ready,
    labels_of,
    name_of,
    spec_of,
    uid_of,
)
from tests.rehearsal.drill import Drill, stacks_of
from tests.rehearsal.edits import SettingEdit
from tests.rehearsal.guardian.analyses import REGION, Analyses
from tests.rehearsal.guardian.programs import NAMESPACE
from tests.rehearsal.waiting import until

STACK = "GuardianProd"
STACKS = stacks_of(STACK)
AUDIO, VIDEO = "audio-analyzer", "video-analyzer"
MOST = 5
"""How many pods an analyser may have."""
_FIELDS = {AUDIO: "audio", VIDEO: "video"}
SHORTENED = (
    *(
        SettingEdit(system=STACK, path=f"{analyzer}.scaling.{field}", value=seconds)
        for analyzer in _FIELDS.values()
        for field, seconds in (("polling", 5), ("cooldown", 15))
    ),
    SettingEdit(system=STACK, path="cluster.node_pools[ml-spot].idle_seconds", value=5),
)
"""KEDA looks every 5 s instead of every 30 s, and waits 15 s instead of 300 s before zero; then
Karpenter waits 5 s instead of 120 s before it ends a machine."""


@dataclass(frozen=True, kw_only=True)
class GuardianDrill(Drill):
    system: ClassVar[str] = STACK

    def setting_of(self, workload: str) -> str:
        return _FIELDS[workload]

    @property
    def analyses(self) -> Analyses:
        return Analyses(cloud=self.checkout.cloud)

    def pods(self) -> Counter[str]:
        return Counter(labels_of(pod)["app"] for pod in self._analyzers() if is_ready(pod))

    def _analyzers(self) -> list[Pod]:
        return list(self.kubernetes.list(Pod, namespace=NAMESPACE, labels={"workload": "ml"}))

    def identities(self, analyzer: str) -> dict[str, str]:
        found = self.kubernetes.list(Pod, namespace=NAMESPACE, labels={"app": analyzer})
        return {uid_of(pod): spec_of(pod).containers[0].image or "" for pod in found}

    def image(self, analyzer: str) -> str:
        """Return the image of the next pod."""
        return self._pod(analyzer).containers[0].image or ""

    def checks(self, analyzer: str) -> dict[str, bool]:
        """Return whether the checks of an analyser's images have succeeded, by their uids."""
        found = self.kubernetes.list(
            Job, namespace=NAMESPACE, labels={"app.kubernetes.io/name": analyzer}
        )
        return {uid_of(job): bool(job.status and job.status.succeeded) for job in found}

    @contextmanager
    def waiting_message(self, analyzer: str) -> Iterator[None]:
        sqs = self.checkout.cloud.client("sqs", REGION)
        url = self._queue(analyzer)
        sqs.send_message(QueueUrl=url, MessageBody="{}")
        try:
            yield
        finally:
            sqs.purge_queue(QueueUrl=url)

    def _queue(self, analyzer: str) -> str:
        variables = {v.name: v.value for v in self._pod(analyzer).containers[0].env or []}
        url = variables["QUEUE_URL"]
        assert url, f"{analyzer} knows no queue"
        return url

    def _pod(self, analyzer: str) -> PodSpec:
        deployment = self.kubernetes.get(Deployment, analyzer, namespace=NAMESPACE)
        spec = deployment.spec and deployment.spec.template.spec
        assert spec, f"{analyzer} has no pods' template"
        return spec

    def has_no_pods(self) -> bool:
        return not self._analyzers()

    def spot_nodes(self) -> set[str]:
        return {name_of(node) for node in self.kubernetes.list(Node, labels={"workload": "ml"})}

    def events_of(self, node: str) -> set[str]:
        """Return the reasons of all that was said of a node."""
        return {
            event.reason or ""
            for event in self.kubernetes.list(Event, namespace="*")
            if event.involvedObject.name == node
        }

    def strangers_on_spot(self) -> list[str]:
        """Name the pods on those machines that belong elsewhere; what each machine has may stay."""
        spot = self.spot_nodes()
        return [
            name_of(pod)
            for pod in self.kubernetes.list(Pod, namespace="*")
            if spec_of(pod).nodeName in spot
            and labels_of(pod).get("workload") != "ml"
            and not has_owner_of_kind(pod, "DaemonSet")
            and not has_ended(pod)
        ]

    def nodes_of_analyzers(self) -> set[str]:
        return {spec_of(pod).nodeName or "" for pod in self._analyzers() if is_ready(pod)}

    def messages(self) -> int:
        """Count what waits or is in hand in all queues, those of dead letters included."""
        sqs = self.checkout.cloud.client("sqs", REGION)
        kinds = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        return sum(
            int(count)
            for url in sqs.list_queues().get("QueueUrls", [])
            for count in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=kinds)[
                "Attributes"
            ].values()
        )

    def upload(self, video: Path, count: int) -> list[str]:
        """Upload a video many times, each once the workflow knows of the one before.

        All at once, each would start a process for its function on a machine of two cores.
        """
        videos = []
        for _ in range(count):
            made = self.analyses.upload(video)
            until(partial(self.analyses.has_begun, made), "the workflow begins")
            videos.append(made)
        return videos

    def await_results(self, videos: Iterable[str]) -> tuple[Mapping[str, Mapping[str, Any]], float]:
        results: dict[str, Mapping[str, Any]] = {}
        wanted = set(videos)

        def all_there() -> bool:
            for video in wanted - results.keys():
                if found := self.analyses.result(video):
                    results[video] = found
            return results.keys() == wanted

        return results, until(all_there, f"{len(wanted)} videos have results")
