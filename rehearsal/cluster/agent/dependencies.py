"""What a pod needs of the cluster before it can start: volumes to mount, values to read."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import cast

from lightkube import ApiError, Client
from lightkube.core.resource import NamespacedResource
from lightkube.generic_resource import create_namespaced_resource
from lightkube.models.core_v1 import Container, Volume
from lightkube.resources.core_v1 import ConfigMap, Pod, Secret

from rehearsal.cluster.addon_pods import NAME_LABEL, SECRETS_MOUNTER
from rehearsal.cluster.addons import SECRETS_DRIVER
from rehearsal.cluster.agent.events import PodEvent, record
from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.api_errors import NOT_FOUND
from rehearsal.cluster.definitions import SECRET_PROVIDER_CLASS as CLASS
from rehearsal.cluster.objects import is_ready, labels_of, name_of, namespace_of, spec_of, uid_of

_SECRET_PROVIDER_CLASS = cast(
    "type[NamespacedResource]",
    create_namespaced_resource(CLASS.group, CLASS.version, CLASS.kind, CLASS.plural),
)


class Dependencies:
    """Looks for the objects that pods refer to."""

    def __init__(self, client: Client, pods: Informer[Pod]) -> None:
        self._client = client
        self._pods = pods

    def missing_for_mounting(self, pod: Pod) -> Iterator[str]:
        """Say of each volume that cannot be mounted why, as a kubelet does."""
        for volume in spec_of(pod).volumes or []:
            for reason in self._missing_for_volume(pod, volume):
                yield f'MountVolume.SetUp failed for volume "{volume.name}" : {reason}'

    def missing_for_starting(self, pod: Pod, container: Container) -> Iterator[str]:
        """Name what the container's environment refers to and is not there."""
        for kind, name in _named_in_environment(container):
            if not self._exists(kind, name, namespace_of(pod)):
                yield f'{kind.__name__.lower()} "{name}" not found'

    def _missing_for_volume(self, pod: Pod, volume: Volume) -> Iterator[str]:
        namespace = namespace_of(pod)
        if volume.configMap and not volume.configMap.optional:
            name = volume.configMap.name or ""
            if not self._exists(ConfigMap, name, namespace):
                yield f'configmap "{name}" not found'
        if volume.secret and not volume.secret.optional:
            name = volume.secret.secretName or ""
            if not self._exists(Secret, name, namespace):
                yield f'secret "{name}" not found'
        if volume.csi and volume.csi.driver == SECRETS_DRIVER:
            attributes = volume.csi.volumeAttributes or {}
            yield from self._missing_for_secrets(pod, attributes.get("secretProviderClass", ""))

    def _missing_for_secrets(self, pod: Pod, name: str) -> Iterator[str]:
        namespace = namespace_of(pod)
        if not self._mounter_runs_on(spec_of(pod).nodeName):
            yield f"driver name {SECRETS_DRIVER} not found in the list of registered CSI drivers"
        elif not self._exists(_SECRET_PROVIDER_CLASS, name, namespace):
            yield (
                "rpc error: code = Unknown desc = failed to mount secrets store objects for pod "
                f"{namespace}/{name_of(pod)}, err: failed to get secretproviderclass "
                f"{namespace}/{name}, error: {CLASS.kind}.{CLASS.group} {name!r} not found"
            )

    def _mounter_runs_on(self, node: str | None) -> bool:
        return any(
            spec_of(pod).nodeName == node and is_ready(pod)
            for pod in self._pods.all()
            if labels_of(pod).get(NAME_LABEL) == SECRETS_MOUNTER
        )

    def _exists(self, kind: type[NamespacedResource], name: str, namespace: str) -> bool:
        try:
            self._client.get(kind, name, namespace=namespace)
        except ApiError as error:
            if error.status.code != NOT_FOUND:
                raise
            return False
        return True


def _named_in_environment(
    container: Container,
) -> Iterator[tuple[type[ConfigMap | Secret], str]]:
    for variable in container.env or []:
        source = variable.valueFrom
        if source and (key := source.configMapKeyRef) and not key.optional:
            yield ConfigMap, key.name or ""
        if source and (secret := source.secretKeyRef) and not secret.optional:
            yield Secret, secret.name or ""
    for group in container.envFrom or []:
        if group.configMapRef and not group.configMapRef.optional:
            yield ConfigMap, group.configMapRef.name or ""
        if group.secretRef and not group.secretRef.optional:
            yield Secret, group.secretRef.name or ""


_BETWEEN_ATTEMPTS = timedelta(seconds=2)


class MountAttempts:
    """Remembers by pod what is mounted and when the next attempt is due."""

    def __init__(self, client: Client, dependencies: Dependencies) -> None:
        self._client = client
        self._dependencies = dependencies
        self._mounted: set[str] = set()
        self._next_attempt: dict[str, datetime] = {}
        self._reported: dict[str, str] = {}

    def are_ready(self, pod: Pod, time: datetime) -> bool:
        """Whether all volumes are mounted; writes a FailedMount event once for each reason."""
        uid = uid_of(pod)
        if uid in self._mounted:
            return True
        if time < self._next_attempt.get(uid, time):
            return False
        obstacle = next(self._dependencies.missing_for_mounting(pod), None)
        if obstacle is None:
            self._mounted.add(uid)
            return True
        self._next_attempt[uid] = time + _BETWEEN_ATTEMPTS
        if self._reported.get(uid) != obstacle:
            self._reported[uid] = obstacle
            event = PodEvent(kind="Warning", reason="FailedMount", message=obstacle)
            record(self._client, pod, event)
        return False

    def forget_others(self, pods: Iterable[str]) -> None:
        """Drop what belongs to pods that are gone; `pods` are the uids of those that are not."""
        alive = frozenset(pods)
        self._mounted &= alive
        self._next_attempt = {u: t for u, t in self._next_attempt.items() if u in alive}
        self._reported = {uid: text for uid, text in self._reported.items() if uid in alive}
