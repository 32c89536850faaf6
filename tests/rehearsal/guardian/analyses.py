"""Silver Guardian as a front end sees it: it uploads videos, and asks for what was found."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.guard import ACCOUNT, SECRET_KEY

REGION = "ap-northeast-2"
_STILL = "processing"


@dataclass(frozen=True, kw_only=True)
class Analyses:
    """The HTTP API of the deployed system, called with the account's own signature."""

    cloud: Emulator

    def upload(self, video: Path) -> str:
        size = video.stat().st_size
        wanted = {
            "user": "tester",
            "filename": video.name,
            "content_type": "video/mp4",
            "size": size,
        }
        place = self._call("POST", "/uploads", wanted)
        put = httpx.put(
            place["url"], content=video.read_bytes(), headers=place["headers"], trust_env=False
        )
        put.raise_for_status()
        return str(place["video_id"])

    def result(self, video_id: str) -> Mapping[str, Any] | None:
        found = self._known(video_id)
        return found if found and found["status"] != _STILL else None

    def has_begun(self, video_id: str) -> bool:
        return self._known(video_id) is not None

    def _known(self, video_id: str) -> Mapping[str, Any] | None:
        answer = self._send("GET", f"/analyses/{video_id}", None)
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def _call(self, method: str, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self._send(method, path, body)
        answer.raise_for_status()
        content: dict[str, Any] = answer.json()
        return content

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response:
        (api,) = self.cloud.client("apigatewayv2", REGION).get_apis()["Items"]
        url = f"{self.cloud.endpoint}/_aws/execute-api/{api['ApiId']}/$default{path}"
        request = AWSRequest(method=method, url=url, data=json.dumps(body) if body else None)
        SigV4Auth(Credentials(ACCOUNT, SECRET_KEY), "execute-api", REGION).add_auth(request)
        return httpx.request(
            method,
            url,
            content=request.data,
            headers=dict(request.headers.items()),
            timeout=60,
            trust_env=False,
        )
