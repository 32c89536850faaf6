"""A caller gets a place for one video: for its type, its length, and a quarter of an hour."""

import base64
import json
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import pytest

from functions.guardian import media, upload

REQUEST = {"user": "kim", "filename": "call.mp4", "content_type": "video/mp4", "size": 1_000_000}


@pytest.fixture(autouse=True)
def _bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOADS", "uploads-bucket")
    monkeypatch.setenv("LARGEST_UPLOAD", "500000000")
    monkeypatch.setenv("URL_SECONDS", "900")


def post(body: Any) -> tuple[int, dict[str, Any]]:
    """Send a request as the HTTP API hands it over."""
    answer = upload.handler({"body": json.dumps(body), "isBase64Encoded": False}, None)
    return answer["statusCode"], json.loads(answer["body"])


def test_place_is_signed_for_type_length_and_a_quarter_of_an_hour() -> None:
    """S3 then refuses whatever differs from what was declared."""
    status, place = post(REQUEST)

    assert status == 201
    address = urlsplit(place["url"])
    query = parse_qs(address.query)
    assert query["X-Amz-Expires"] == ["900"]
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert place["headers"] == {"Content-Type": "video/mp4", "Content-Length": "1000000"}
    assert "uploads-bucket" in address.netloc
    assert address.path == f"/uploads/kim/{place['video_id']}/call.mp4"


@pytest.mark.parametrize(
    "user",
    [
        "ap-northeast-2:6f1d0f3e-54cf-4d0a-9c5b-0a4c29f0c3aa",
        "6f1d0f3e-54cf-4d0a-9c5b-0a4c29f0c3aa",
        "kim.minji@example.com",
    ],
)
def test_users_of_cognito_are_accepted(user: str) -> None:
    """An identity id, a subject and a name; the workflow finds them in the key again."""
    status, place = post({**REQUEST, "user": user})

    assert status == 201
    key = media.parse_key(unquote(urlsplit(place["url"]).path).lstrip("/"))
    assert key
    assert key.user == user


def test_each_video_has_an_id_of_its_own() -> None:
    """Also one that is uploaded twice."""
    ids = {post(REQUEST)[1]["video_id"] for _ in range(3)}

    assert len({UUID(found) for found in ids}) == 3


@pytest.mark.parametrize(
    ("filename", "safe"),
    [
        ("내 영상.mp4", "내_영상.mp4"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a" * 200 + ".mp4", "a" * 124 + ".mp4"),
        ("x?y#z%.webm", "x_y_z_.webm"),
    ],
)
def test_filename_is_made_safe(filename: str, safe: str) -> None:
    """It becomes one part of the key, which the workflow then takes apart again."""
    _, place = post({**REQUEST, "filename": filename})

    key = media.parse_key(unquote(urlsplit(place["url"]).path).lstrip("/"))
    assert key
    assert key.filename == safe


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"user": "kim/lee"}, "user must have 1 to 64 letters, digits and the signs _ . @ : -."),
        ({"user": None}, "user must have 1 to 64 letters, digits and the signs _ . @ : -."),
        ({"filename": ""}, "filename must be the name of the video."),
        ({"filename": ".."}, "filename must be the name of the video."),
        ({"content_type": "image/png"}, "content_type must be a type of video, as video/mp4."),
        ({"content_type": "video/m p"}, "content_type must be a type of video, as video/mp4."),
        ({"content_type": 4}, "content_type must be a type of video, as video/mp4."),
        ({"size": 0}, "size must be the number of bytes, from 1 to 500000000."),
        ({"size": 500_000_001}, "size must be the number of bytes, from 1 to 500000000."),
        ({"size": "1"}, "size must be the number of bytes, from 1 to 500000000."),
        ({"size": True}, "size must be the number of bytes, from 1 to 500000000."),
    ],
)
def test_mistake_is_named_in_one_sentence(change: dict[str, Any], message: str) -> None:
    """With the field and what would be right."""
    assert post({**REQUEST, **change}) == (400, {"message": message})


@pytest.mark.parametrize("body", ["", "{", "[]", '"text"'])
def test_body_that_is_no_object_is_refused(body: str) -> None:
    """Before anything is read from it."""
    answer = upload.handler({"body": body, "isBase64Encoded": False}, None)

    assert answer["statusCode"] == 400
    assert json.loads(answer["body"]) == {"message": "The body must be a JSON object."}


def test_encoded_body_is_read() -> None:
    """The HTTP API encodes what is not plain text."""
    body = base64.b64encode(json.dumps(REQUEST).encode()).decode()

    assert upload.handler({"body": body, "isBase64Encoded": True}, None)["statusCode"] == 201
