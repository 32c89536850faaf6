"""A client of the Kubernetes API over the standard library, as an IAM role of EKS."""

import base64
import http.client
import json
import ssl
import urllib.parse
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Self

import botocore.session
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError

from .objects import KubeObject, name_of, one_line

# One request that hangs ends this call, and must do so well within the function's own timeout.
TIMEOUT_SECONDS = 8
# EKS itself accepts a token for 15 minutes; the signature is used at once.
URL_LIFETIME_SECONDS = 60
_ARGO = "argoproj.io/v1alpha1"


def cluster_token(cluster: str, region: str) -> str:
    """Return a bearer token for one cluster, as `aws eks get-token` does.

    It is a presigned `sts:GetCallerIdentity` of this function's role.
    """
    session = botocore.session.get_session()
    credentials = session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    # No request is sent: the cluster reads the URL and insists on STS' own host, not on an endpoint
    # that is configured for this process, such as an emulator's.
    host = f"sts.{region}.amazonaws.com"
    url = f"https://{host}/?Action=GetCallerIdentity&Version=2011-06-15"
    request = AWSRequest(method="GET", url=url, headers={"x-k8s-aws-id": cluster})
    SigV4QueryAuth(credentials, "sts", region, expires=URL_LIFETIME_SECONDS).add_auth(request)
    signed = str(request.url).encode()
    return "k8s-aws-v1." + base64.urlsafe_b64encode(signed).decode().rstrip("=")


class ApiError(Exception):
    """No response, or an error response; says to which request and why, in one line."""

    def __init__(self, request: str, why: str, status: int | None = None) -> None:
        super().__init__(one_line(f"{request}: {why}"))
        self.status = status


class KubeClient:
    """Reads namespaces of one cluster with a bearer token over one connection."""

    def __init__(self, *, endpoint: str, certificate_authority: str, token: str) -> None:
        self._token = token
        address = urllib.parse.urlsplit(endpoint)
        # Not urllib.request: it would follow a redirect and send the token to another host.
        self._connection = http.client.HTTPSConnection(
            address.hostname or "",
            address.port,
            timeout=TIMEOUT_SECONDS,
            context=_ssl_context(base64.b64decode(certificate_authority).decode()),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def list(self, namespace: str, group: str, resource: str, **query: str) -> list[KubeObject]:
        """List a resource; the group is `v1`, or as in `apps/v1`."""
        path = _path(namespace, group, resource)
        if query:
            path += f"?{urllib.parse.urlencode(query)}"
        return list(self._request("GET", path).get("items", []))

    def delete_pod_unchanged(self, pod: KubeObject) -> bool:
        """Delete the pod only as it was read; false if it has changed or is gone."""
        metadata = pod["metadata"]
        conditions = {"uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"]}
        options = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": conditions}
        try:
            pods = _path(metadata["namespace"], "v1", "pods")
            self._request("DELETE", f"{pods}/{name_of(pod)}", options)
        except ApiError as error:
            if error.status in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
                return False
            raise
        return True

    def _request(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        request = f"{method} {path.partition('?')[0]}"
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            payload = None if body is None else json.dumps(body)
            self._connection.request(method, path, body=payload, headers=headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise ApiError(request, str(error) or type(error).__name__) from error
        return _document(request, response.status, content)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """The objects of a namespace at one moment: everything a verdict is made of."""

    namespace: str
    at: datetime
    pods: list[KubeObject]
    replica_sets: list[KubeObject]
    deployments: list[KubeObject]
    stateful_sets: list[KubeObject]
    daemon_sets: list[KubeObject]
    rollouts: list[KubeObject]
    """Of Argo, as are the AnalysisRuns."""
    analysis_runs: list[KubeObject]
    jobs: list[KubeObject]
    services: list[KubeObject]
    endpoint_slices: list[KubeObject]
    warnings: list[KubeObject]
    """Events of type Warning."""


def read_snapshot(client: KubeClient, namespace: str, now: datetime, *, rollouts: bool) -> Snapshot:
    """Read a namespace: Jobs, then pods, then what else owns them, Argo's Rollouts if told so.

    The order matters. When a Job has failed, its pods that are read later say why. A pod whose
    revision is not the one that a *later* reading of its owner calls current is certainly outdated.
    The other way round, a pod of a revision that was applied between the two readings would look
    outdated while it is the newest.
    """
    jobs = client.list(namespace, "batch/v1", "jobs")
    pods = client.list(namespace, "v1", "pods")
    replica_sets = client.list(namespace, "apps/v1", "replicasets")
    return Snapshot(
        namespace=namespace,
        at=now,
        pods=pods,
        replica_sets=replica_sets,
        deployments=client.list(namespace, "apps/v1", "deployments"),
        stateful_sets=client.list(namespace, "apps/v1", "statefulsets"),
        daemon_sets=client.list(namespace, "apps/v1", "daemonsets"),
        rollouts=client.list(namespace, _ARGO, "rollouts") if rollouts else [],
        analysis_runs=client.list(namespace, _ARGO, "analysisruns") if rollouts else [],
        jobs=jobs,
        services=client.list(namespace, "v1", "services"),
        endpoint_slices=client.list(namespace, "discovery.k8s.io/v1", "endpointslices"),
        warnings=client.list(namespace, "v1", "events", fieldSelector="type=Warning"),
    )


def _path(namespace: str, group: str, resource: str) -> str:
    root = "/apis" if "/" in group else "/api"
    return f"{root}/{group}/namespaces/{namespace}/{resource}"


def _ssl_context(pem: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=pem)
    # Strict from Python 3.13 on, it asks of a chain what EKS's lacks: an authority key identifier
    # (kubernetes-client/python#2394). Chain and host name are verified all the same.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _document(request: str, status: int, content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        # A proxy or load balancer in front of the API responds with a page of its own.
        text = content.decode(errors="replace")
        raise ApiError(request, f"status {status}, not a Kubernetes response: {text}", status)
    if status >= HTTPStatus.BAD_REQUEST:
        raise ApiError(request, f"status {status}: {document.get('message', '')}", status)
    return document
