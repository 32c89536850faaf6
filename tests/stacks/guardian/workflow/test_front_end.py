"""What a front end does: it asks for a place, uploads, and asks for the result."""

import json
import time
import urllib.error
import urllib.request
from typing import Any
from uuid import uuid4

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from rehearsal.cloud.guard import ACCOUNT, SECRET_KEY
from tests.functions.guardian.rows import Rows

from .deployment import Deployment
from .stack import REGION
from .videos import plain

pytestmark = pytest.mark.usefixtures("workers")


def call(deployment: Deployment, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    """Call the API as a front end does, signed."""
    url = f"http://{deployment.api}.execute-api.127.0.0.1:{deployment.cloud.port}{path}"
    data = None if body is None else json.dumps(body).encode()
    request = AWSRequest(method=method, url=url, data=data, headers={})
    SigV4Auth(Credentials(ACCOUNT, SECRET_KEY), "execute-api", REGION).add_auth(request)
    plain_url = f"{deployment.cloud.endpoint}{path}"
    headers = {**dict(request.headers), "Host": url.split("/")[2]}
    sent = urllib.request.Request(plain_url, data, headers, method=method)  # noqa: S310
    try:
        with _direct().open(sent, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def _direct() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.ProxyHandler({}))


def test_front_end_uploads_and_polls(deployment: Deployment, rows: Rows) -> None:
    """A place to put the video, an upload to it, and then the score and its band."""
    video = plain(uuid4())
    wish = {
        "user": "kim",
        "filename": "내 통화.mp4",
        "content_type": "video/mp4",
        "size": len(video.body),
    }
    status, place = call(deployment, "POST", "/uploads", wish)
    assert status == 201
    video_id = place["video_id"]
    assert call(deployment, "GET", f"/analyses/{video_id}")[0] == 404

    upload = urllib.request.Request(  # noqa: S310
        place["url"], video.body, place["headers"], method="PUT"
    )
    with _direct().open(upload, timeout=30) as answer:
        assert answer.status == 200
    deadline = time.monotonic() + 180
    shown: dict[str, Any] = {"message": "No upload"}
    while shown.get("status") in {None, "processing"} and time.monotonic() < deadline:
        time.sleep(0.2)
        _, shown = call(deployment, "GET", f"/analyses/{video_id}")

    assert [shown[part]["status"] for part in ("audio", "video", "context")] == ["success"] * 3, (
        shown
    )
    assert (shown["status"], shown["final_score"], shown["band"]) == ("completed", 54, "medium")
    assert str(rows.only()["video_id"]) == video_id


def test_place_takes_no_other_type(deployment: Deployment) -> None:
    """The type is signed."""
    wish = {"user": "kim", "filename": "a.mp4", "content_type": "video/mp4", "size": 4}
    _, place = call(deployment, "POST", "/uploads", wish)
    upload = urllib.request.Request(  # noqa: S310
        place["url"], b"1234", {**place["headers"], "Content-Type": "text/html"}, method="PUT"
    )

    with pytest.raises(urllib.error.HTTPError) as refused:
        _direct().open(upload, timeout=30)
    refused.value.close()
    assert refused.value.code == 403
