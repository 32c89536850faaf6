"""EKS Pod Identity: the call by which a pod takes its IAM role, which the emulator lacks.

`eks-auth:AssumeRoleForPodIdentity` is what the agent on a node calls with the token of a pod's
service account.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from ministack.core.concurrency import run_reentrant

from rehearsal.cloud.pod_sessions import RefusedError, give_role
from rehearsal.cluster import ControlPlane

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_PATH = re.compile(r"/clusters/([^/]+)/assume-role-for-pod-identity")
_OK = 200


def with_pod_identity(app: Application, plane_of: Callable[[str], ControlPlane]) -> Application:
    """Answer the one call of EKS Auth, and pass every other request on."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        match = _PATH.fullmatch(scope.get("path", ""))
        if match is None:
            await app(scope, receive, send)
            return
        token = json.loads(await _read(receive))["token"]
        try:
            session = await run_reentrant(give_role, match[1], token, plane_of)
        except RefusedError as refusal:
            await _respond(send, refusal.status, {"message": str(refusal)}, refusal.code)
        else:
            await _respond(send, _OK, session)

    return answer


async def _read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


async def _respond(
    send: Send, status: int, content: Mapping[str, Any], error: str | None = None
) -> None:
    headers = [(b"content-type", b"application/json")]
    if error:
        headers.append((b"x-amzn-errortype", error.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(content).encode()})
