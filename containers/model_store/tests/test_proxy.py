"""Models come by the proxy that the manifest comes by, and by the same rules."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from containers.model_store.tests.examples import BUCKET
from containers.model_store.tests.pods import IMPATIENT, Ended
from containers.model_store.tests.proxies import Proxy, proxy
from containers.model_store.tests.s3.faults import Run
from containers.model_store.tests.s3.server import Server
from containers.model_store.tests.upgrades import Upgrade
from model_store.failure import ExitCode, Failure
from model_store.s3 import route_to


@pytest.fixture
def secure(pulled: Path, tmp_path: Path) -> Iterator[Upgrade]:
    """Give an upgrade from a server that speaks TLS."""
    (tmp_path / "tls").mkdir()
    with Server(tmp_path / "tls", bucket=BUCKET, versioned=True, tls=True) as server:
        yield Upgrade.prepared(server, pulled, tmp_path / "secure")


@pytest.fixture
def between() -> Iterator[Proxy]:
    with proxy() as running:
        yield running


def _pull(upgrade: Upgrade, proxy: str, **environment: str) -> Ended:
    """Pull with a proxy for HTTPS, and soon give up."""
    trusted = str(upgrade.server.certificate)
    return upgrade.volume.pull(
        upgrade.second.version,
        program=IMPATIENT,
        AWS_CA_BUNDLE=trusted,
        HTTPS_PROXY=proxy,
        **environment,
    )


def _tunnel(upgrade: Upgrade) -> str:
    return f"CONNECT {upgrade.server.url.removeprefix('https://')}"


def test_models_come_through_the_tunnel_of_a_proxy(secure: Upgrade, between: Proxy) -> None:
    """As the manifest does; nothing is asked of S3 directly."""
    secure.succeeds(_pull(secure, f"http://{between.address}"))

    assert set(between.asked) == {_tunnel(secure)}
    assert len(between.asked) > 1
    assert len(between.asked) == secure.server.connections


def test_proxy_may_be_named_without_a_scheme_and_want_credentials(secure: Upgrade) -> None:
    """They are unquoted, as botocore does."""
    with proxy("Basic a2ltOnA6QHNz") as between:  # kim:p:@ss
        secure.succeeds(_pull(secure, f"kim:p%3A%40ss@{between.address}"))

        assert len(between.asked) == secure.server.connections


def test_address_that_needs_no_proxy_is_asked_directly(secure: Upgrade, between: Proxy) -> None:
    """NO_PROXY counts for models too."""
    secure.succeeds(_pull(secure, f"http://{between.address}", NO_PROXY="127.0.0.1"))

    assert between.asked == []


def test_endpoint_without_tls_is_asked_for_at_the_proxy(upgrade: Upgrade, between: Proxy) -> None:
    """With the whole address, as HTTP has it."""
    upgrade.succeeds(upgrade.pull(http_proxy=between.address))

    assert len(between.asked) == upgrade.server.connections
    assert all(asked.startswith(f"GET {upgrade.server.url}/") for asked in between.asked)


def test_authorities_are_those_of_botocore(secure: Upgrade, between: Proxy) -> None:
    """In every variable that it looks at, with a proxy too."""
    trusted = str(secure.server.certificate)

    secure.succeeds(secure.pull(https_proxy=between.address, REQUESTS_CA_BUNDLE=trusted))


def test_authorities_may_stand_in_the_configuration_file(secure: Upgrade, tmp_path: Path) -> None:
    """As a company's machines have them."""
    path = tmp_path / "config"
    path.write_text(f"[default]\nca_bundle = {secure.server.certificate}\n")

    secure.succeeds(secure.pull(AWS_CONFIG_FILE=str(path)))


def test_busy_proxy_is_asked_again(secure: Upgrade, between: Proxy) -> None:
    """The manifest is there by then, and each connection tries for itself."""
    between.refusal = "503 Service Unavailable"

    def busy() -> None:
        between.refusals = 3

    secure.server.faults.plan(Run(busy), key=".json")
    secure.succeeds(_pull(secure, f"http://{between.address}"))

    assert len(between.asked) == secure.server.connections + 3


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        ("403 Forbidden", ExitCode.NOT_PERMITTED),
        ("407 Proxy Authentication Required", ExitCode.NOT_PERMITTED),
        ("400 Bad Request", ExitCode.UNAVAILABLE),
        ("502 Bad Gateway", ExitCode.UNAVAILABLE),
    ],
)
def test_refusal_of_a_proxy_is_told_as_such(
    secure: Upgrade, between: Proxy, refusal: str, code: ExitCode
) -> None:
    """With the status, and without the credentials that the proxy was given."""
    between.refusal = refusal

    def refuse() -> None:
        between.refusals = 1_000

    secure.server.faults.plan(Run(refuse), key=".json")

    run = _pull(secure, f"http://kim:secret@{between.address}")

    secure.refused(run, code, f"the proxy {between.address} does not connect to", refusal[:3])
    assert "secret" not in run.errors


def test_proxy_that_itself_speaks_tls_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The manifest would come, as botocore could use it, and then no model."""
    monkeypatch.setenv("HTTPS_PROXY", "https://kim:secret@proxy.example:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    with pytest.raises(
        Failure, match=r"https://proxy\.example, which itself speaks TLS"
    ) as refused:
        route_to("https://s3.ap-northeast-2.amazonaws.com")

    assert refused.value.code is ExitCode.ARGUMENTS
