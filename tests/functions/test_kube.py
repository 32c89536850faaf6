"""The gate reads the API over verified TLS and tells in one line what went wrong."""

import base64
import hashlib
import ssl
import urllib.parse
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from ministack.core import sigv4

from functions.release_gate.kube import ApiError, KubeClient, cluster_token, read_snapshot

from .api_server import ApiServer
from .certificates import issue
from .pods import NOW, pod


def connected(api: ApiServer, *, trust: str | None = None) -> KubeClient:
    """Make a client that trusts the server's own authority unless told otherwise."""
    authority = trust or api.certificate_authority
    return KubeClient(endpoint=api.endpoint, certificate_authority=authority, token="k8s-aws-v1.x")


def test_lists_are_namespaced_and_carry_the_token(api: ApiServer) -> None:
    """The role may read one namespace; several lists go over one connection."""
    api.lists["pods"] = [pod()]
    with connected(api) as client:
        found = client.list("avadot", "v1", "pods")
        client.list("avadot", "apps/v1", "deployments")
        client.list("avadot", "v1", "events", fieldSelector="type=Warning")

    assert found == [pod()]
    assert api.tokens == {"Bearer k8s-aws-v1.x"}
    assert api.requests == [
        ("GET", "/api/v1/namespaces/avadot/pods"),
        ("GET", "/apis/apps/v1/namespaces/avadot/deployments"),
        ("GET", "/api/v1/namespaces/avadot/events?fieldSelector=type%3DWarning"),
    ]


def test_server_of_another_authority_is_not_talked_to(api: ApiServer) -> None:
    """The token would be given away."""
    stranger = base64.b64encode(issue().authority).decode()

    with (
        pytest.raises(ApiError, match=r"GET /api/v1/namespaces/avadot/pods: .*verify failed"),
        connected(api, trust=stranger) as client,
    ):
        client.list("avadot", "v1", "pods")
    assert api.requests == []


def test_authority_of_eks_is_trusted_by_strict_pythons(
    api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.13, Lambda's, refuses by default a chain without key identifiers."""
    create = ssl.create_default_context

    def strict(*, cadata: str) -> ssl.SSLContext:
        context = create(cadata=cadata)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(ssl, "create_default_context", strict)

    with connected(api) as client:
        assert client.list("avadot", "v1", "pods") == []


def test_refusal_tells_status_and_message_in_one_line(api: ApiServer) -> None:
    """As the API server words it."""
    api.answer = (403, b'{"message": "pods is forbidden:\\n  User x cannot list"}')

    with connected(api) as client, pytest.raises(ApiError) as caught:
        client.list("avadot", "v1", "pods")

    expected = "GET /api/v1/namespaces/avadot/pods: status 403: pods is forbidden: User x cannot"
    assert str(caught.value) == f"{expected} list"
    assert caught.value.status == 403


@pytest.mark.parametrize("status", [200, 503])
def test_answer_that_is_not_kubernetes_is_an_error(api: ApiServer, status: int) -> None:
    """A load balancer in front of the API answers with a page."""
    api.answer = (status, b"<html>\n" + b"x" * 2000)

    with (
        connected(api) as client,
        pytest.raises(ApiError, match="not a Kubernetes response") as error,
    ):
        client.list("avadot", "v1", "pods")
    assert len(str(error.value)) <= 300


def test_nobody_at_the_endpoint_is_an_error(api: ApiServer) -> None:
    """Connection refused is told as what was asked."""
    nowhere = replace(api, endpoint="https://127.0.0.1:1")

    with connected(nowhere) as client, pytest.raises(ApiError, match=r"pods: .*refused") as caught:
        client.list("avadot", "v1", "pods")
    assert caught.value.status is None


def test_pod_is_deleted_only_as_it_was_read(api: ApiServer) -> None:
    """The API server refuses if it is another pod by now, or has become ready."""
    with connected(api) as client:
        assert client.delete_pod_unchanged(pod())

    assert api.requests == [("DELETE", "/api/v1/namespaces/avadot/pods/tarot-1")]
    conditions = {"uid": "uid-tarot-1", "resourceVersion": "7"}
    assert api.deletions[0]["preconditions"] == conditions


@pytest.mark.parametrize("status", [404, 409])
def test_pod_that_has_gone_or_changed_is_let_be(api: ApiServer, status: int) -> None:
    """The next call reads it anew."""
    api.answer = (status, b'{"message": "conflict"}')

    with connected(api) as client:
        assert not client.delete_pod_unchanged(pod())


def test_refused_deletion_is_an_error(api: ApiServer) -> None:
    """The role may not delete pods."""
    api.answer = (403, b'{"message": "cannot delete"}')

    with connected(api) as client, pytest.raises(ApiError, match=r"DELETE .*cannot delete"):
        client.delete_pod_unchanged(pod())


def test_pods_are_read_before_what_owns_them(api: ApiServer) -> None:
    """A pod is outdated only by what its owner says later, never by what it said before.

    Of a Job that has failed they are asked for the reason, and must have failed too.
    """
    api.lists["pods"] = [pod()]
    with connected(api) as client:
        seen = read_snapshot(client, "avadot", NOW, rollouts=False)

    assert (seen.at, seen.pods, seen.stateful_sets) == (NOW, [pod()], [])
    assert [path.rpartition("/")[2] for _, path in api.requests] == [
        "jobs",
        "pods",
        "replicasets",
        "deployments",
        "statefulsets",
        "daemonsets",
        "services",
        "endpointslices",
        "events?fieldSelector=type%3DWarning",
    ]


def test_kinds_of_argo_are_read_only_where_there_are_any(api: ApiServer) -> None:
    """A cluster without their definitions answers that there is no such path."""
    with connected(api) as client:
        read_snapshot(client, "avadot", NOW, rollouts=True)

    argo = "/apis/argoproj.io/v1alpha1/namespaces/avadot"
    paths = [path for _, path in api.requests]
    assert [f"{argo}/rollouts", f"{argo}/analysisruns"] == [one for one in paths if argo in one]
    assert paths.index(f"{argo}/rollouts") > paths.index(
        "/apis/apps/v1/namespaces/avadot/replicasets"
    )


def signed_url(token: str) -> urllib.parse.SplitResult:
    prefix, _, encoded = token.partition(".")
    assert prefix == "k8s-aws-v1"
    padded = encoded + "=" * (-len(encoded) % 4)
    return urllib.parse.urlsplit(base64.urlsafe_b64decode(padded).decode())


def signature_for(cluster: str, url: urllib.parse.SplitResult) -> str:
    """Sign the call anew as the cluster's authenticator does, which knows its own name."""
    query = urllib.parse.parse_qs(url.query)
    headers = {"host": url.netloc, "x-k8s-aws-id": cluster}
    canonical = sigv4.build_canonical_request(
        "GET", "/", headers, query, "host;x-k8s-aws-id", payload_hash=hashlib.sha256().hexdigest()
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
