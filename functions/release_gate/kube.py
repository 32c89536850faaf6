"""The Kubernetes API of one namespace, over the standard library."""

import base64
import http.client
import json
import ssl
import urllib.parse
from http import HTTPStatus
from typing import Any, Self

from .objects import KubeObject, name_of, one_line

# One request that hangs ends the look, and must do so well within the function's own timeout.
TIMEOUT_SECONDS = 8


class ApiError(Exception):
    """The cluster did not answer, or refused; says which request and why, in one line."""

    def __init__(self, request: str, why: str, status: int | None = None) -> None:
        super().__init__(one_line(f"{request}: {why}"))
        self.status = status


class Namespace:
    """One namespace of one cluster, read with a bearer token over one connection."""

    def __init__(self, name: str, *, endpoint: str, certificate_authority: str, token: str) -> None:
        self._name = name
        self._token = token
        address = urllib.parse.urlsplit(endpoint)
        # Not urllib.request: it would follow a redirect and hand the token to another host.
        self._connection = http.client.HTTPSConnection(
            address.hostname or "",
            address.port,
            timeout=TIMEOUT_SECONDS,
            context=_trust(base64.b64decode(certificate_authority).decode()),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def list(self, group: str, resource: str, **query: str) -> list[KubeObject]:
        """List a resource; the group is `v1`, or as in `apps/v1`."""
        path = self._path(group, resource)
        if query:
            path += f"?{urllib.parse.urlencode(query)}"
        return list(self._request("GET", path).get("items", []))

    def delete_pod_unchanged(self, pod: KubeObject) -> bool:
        """Delete the pod only as it was read; false if it changed or went in the meantime."""
        metadata = pod["metadata"]
        conditions = {"uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"]}
        options = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": conditions}
        try:
            self._request("DELETE", f"{self._path('v1', 'pods')}/{name_of(pod)}", options)
        except ApiError as error:
            if error.status in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}:
                return False
            raise
        return True

    def _path(self, group: str, resource: str) -> str:
        root = "/apis" if "/" in group else "/api"
        return f"{root}/{group}/namespaces/{self._name}/{resource}"

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


def _trust(pem: str) -> ssl.SSLContext:
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
        # A proxy or load balancer in front of the API speaks in pages of its own.
        text = content.decode(errors="replace")
        raise ApiError(request, f"status {status}, not a Kubernetes answer: {text}", status)
    if status >= HTTPStatus.BAD_REQUEST:
        raise ApiError(request, f"status {status}: {document.get('message', '')}", status)
    return document
