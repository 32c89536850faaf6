"""The Workflows of Argo: one for each run, called as the run is."""

import ssl
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self

import httpx2
from lightkube import ApiError, Client, ConfigError, KubeConfig
from lightkube.config.client_adapter import verify_cluster
from lightkube.generic_resource import create_namespaced_resource
from lightkube.models.meta_v1 import ObjectMeta, Status
from lightkube.types import CascadeType
from msgspec import MsgspecError

from music_api.failure import SettingsError, Unavailable

_API = {"group": "argoproj.io", "version": "v1alpha1"}
_WORKFLOW = create_namespaced_resource(**_API, kind="Workflow", plural="workflows")
_TIMEOUT = httpx2.Timeout(5, connect=2)
_NO_CREDENTIALS = "KUBECONFIG has to name a file with a user, where no service account is mounted"
_OUTAGES = (
    *(ApiError, ConfigError, httpx2.HTTPError),
    MsgspecError,  # what answers is no Kubernetes API
    LookupError,  # and says not even of what type its answer is
)


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """What Argo says of a run."""

    phase: str
    """Empty until the controller has seen it."""

    stopped: bool
    message: str
    finished: str | None
    nodes: list[dict[str, Any]]


class Workflows:
    """The Workflows of one namespace, made from one WorkflowTemplate."""

    def __init__(self, config: KubeConfig, namespace: str, template: str) -> None:
        single = config.get()
        if single is None or single.user is None:
            raise SettingsError(_NO_CREDENTIALS)
        context = verify_cluster(single.cluster, single.user, single.abs_file)
        # Strict from Python 3.13 on, it asks of a chain what EKS's lacks: an authority key
        # identifier (kubernetes-client/python#2394). Chain and host name are verified all the same.
        if isinstance(context, ssl.SSLContext):
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        self._client = Client(
            config=single,
            namespace=namespace,
            timeout=_TIMEOUT,
            trust_env=False,
            transport=httpx2.HTTPTransport(verify=context, trust_env=False),
        )
        self._template = template
        # msgspec, which lightkube reads with, builds what it knows of a type at the first use, and
        # another thread that uses it meanwhile ends the process with a segmentation fault.
        for kind in (Status, ObjectMeta):
            kind.from_dict({})

    @classmethod
    def of_this_process(cls, namespace: str, template: str) -> Self:
        """Return them with the process's own credentials; asks nobody yet."""
        try:
            return cls(KubeConfig.from_env(), namespace, template)
        except ConfigError as error:
            raise SettingsError(_NO_CREDENTIALS) from error

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def check_access(self) -> None:
        """Raise `Unavailable` unless Workflows can be read."""
        self.get("none")

    def create(self, run: str) -> bool:
        """Make the Workflow of a run; return False if there is one."""
        metadata = {
            "name": run,
            "labels": {
                "app.kubernetes.io/name": self._template,
                "app.kubernetes.io/managed-by": "music-api",
            },
        }
        spec = {
            "workflowTemplateRef": {"name": self._template},
            "arguments": {"parameters": [{"name": "run", "value": run}]},
        }
        wanted = _WORKFLOW.from_dict({"metadata": metadata, "spec": spec})
        try:
            self._client.create(wanted)
        except _OUTAGES as error:
            if _code(error) == HTTPStatus.CONFLICT:
                return False
            raise _unavailable(_CREATE, error) from error
        return True

    def get(self, run: str) -> Workflow | None:
        try:
            found = self._client.get(_WORKFLOW, run)
        except _OUTAGES as error:
            if _code(error) == HTTPStatus.NOT_FOUND:
                return None
            raise _unavailable(_GET, error) from error
        # The class has what the server sent, as dictionaries.
        status: Any = found.status or {}
        spec: Any = found.spec or {}
        return Workflow(
            phase=status.get("phase", ""),
            stopped=bool(spec.get("shutdown")),
            message=status.get("message", ""),
            finished=status.get("finishedAt"),
            nodes=list((status.get("nodes") or {}).values()),
        )

    def remove(self, run: str) -> None:
        """Delete the Workflow and end its pods; one that is not there is no error."""
        try:
            self._client.delete(_WORKFLOW, run, cascade=CascadeType.BACKGROUND)
        except _OUTAGES as error:
            if _code(error) != HTTPStatus.NOT_FOUND:
                raise _unavailable(_REMOVE, error) from error


def _code(error: Exception) -> int | None:
    return error.status.code if isinstance(error, ApiError) else None


_CREATE = "makes no Workflow"
_GET = "does not say how the run stands"
_REMOVE = "does not stop the run"


def _unavailable(what: str, error: Exception) -> Unavailable:
    return Unavailable(f"the cluster {what} now: {' '.join(str(error).split())}")
