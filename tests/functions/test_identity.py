"""The token is the one that `aws eks get-token` would make."""

import base64
import urllib.parse
from datetime import UTC, datetime

import pytest
from ministack.core import sigv4

from functions.release_gate.identity import cluster_token

EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def signed_url(token: str) -> urllib.parse.SplitResult:
    """Unpack the presigned call."""
    prefix, _, encoded = token.partition(".")
    assert prefix == "k8s-aws-v1"
    padded = encoded + "=" * (-len(encoded) % 4)
    return urllib.parse.urlsplit(base64.urlsafe_b64decode(padded).decode())


def signature_for(cluster: str, url: urllib.parse.SplitResult) -> str:
    """Sign the call anew as the cluster's authenticator does, which knows its own name."""
    query = urllib.parse.parse_qs(url.query)
    headers = {"host": url.netloc, "x-k8s-aws-id": cluster}
    canonical = sigv4.build_canonical_request(
        "GET", "/", headers, query, "host;x-k8s-aws-id", payload_hash=EMPTY_SHA256
    )
    (date,) = query["X-Amz-Date"]
    scope = (date[:8], "ap-northeast-2", "sts")
    to_sign = sigv4.build_string_to_sign(date, *scope, canonical)
    return str(sigv4.calculate_signature("test", *scope, to_sign))


def test_token_is_valid_for_its_cluster_only() -> None:
    """The name of the cluster is signed, so the token is of no use to another one."""
    url = signed_url(cluster_token("avadot-prod", "ap-northeast-2"))
    (signature,) = urllib.parse.parse_qs(url.query)["X-Amz-Signature"]

    assert signature == signature_for("avadot-prod", url)
    assert signature != signature_for("avadot-dev", url)


def test_token_asks_regional_sts_who_the_caller_is() -> None:
    """For a minute from now, and with the two headers that the cluster checks."""
    url = signed_url(cluster_token("avadot-prod", "ap-northeast-2"))
    query = urllib.parse.parse_qs(url.query)

    assert (url.scheme, url.netloc) == ("https", "sts.ap-northeast-2.amazonaws.com")
    assert query["Action"] == ["GetCallerIdentity"]
    assert query["X-Amz-Expires"] == ["60"]
    assert query["X-Amz-SignedHeaders"] == ["host;x-k8s-aws-id"]
    signed_at = datetime.strptime(query["X-Amz-Date"][0], "%Y%m%dT%H%M%S%z")
    assert abs((datetime.now(UTC) - signed_at).total_seconds()) < 60


def test_endpoint_of_an_emulator_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """An authenticator refuses a token that names another address than that of STS."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")

    url = signed_url(cluster_token("avadot-prod", "ap-northeast-2"))

    assert url.netloc == "sts.ap-northeast-2.amazonaws.com"
