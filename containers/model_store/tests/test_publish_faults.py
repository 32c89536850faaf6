"""Publishing when S3 refuses, files change meanwhile, or somebody else publishes the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from containers.model_store.tests.emulated import EmulatedBucket
from containers.model_store.tests.examples import BUCKET
from containers.model_store.tests.publishing import publish, to_publish, write_models
from containers.model_store.tests.s3.faults import ACCESS_DENIED, Run
from containers.model_store.tests.s3.server import Server
from model_store.failure import ExitCode, Failure

_URL = f"s3://{BUCKET}/a2f-models/"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return write_models(tmp_path / "models", "a23")


@pytest.fixture
def faulty(unversioned: EmulatedBucket, server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """Give the server that can be told what to do wrong, as the one in the environment."""
    assert unversioned
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    return server


@pytest.fixture
def racing(faulty: Server, models: Path) -> Callable[[bytes], Path]:
    """Let the same manifest appear just before ours is written, behind some other bytes."""
    publish(models, _URL)
    [place] = (faulty.objects.root / "a2f-models/manifests").iterdir()
    content = place.read_bytes()
    place.unlink()

    def race(before: bytes) -> Path:
        appear = Run(lambda: place.write_bytes(before + content))
        faulty.faults.plan(appear, method="PUT", key=place.name)
        return place

    return race


def _stored(server: Server) -> list[str]:
    # A request is noted after its answer has gone out.
    server.disconnect()
    return [seen.key for seen in server.seen if seen.method == "PUT" and seen.status == 200]


def test_an_interrupted_publish_goes_on_where_it_stopped(faulty: Server, models: Path) -> None:
    """What S3 has already is not sent twice, and the manifest comes last."""
    faulty.faults.plan(ACCESS_DENIED, method="PUT", key="a23/network.onnx")
    with pytest.raises(Failure, match="not permitted to write") as refused:
        publish(models, _URL)
    assert refused.value.code is ExitCode.NOT_PERMITTED
    assert not [key for key in _stored(faulty) if "manifests/" in key]

    publish(models, _URL)

    stored = _stored(faulty)
    assert len(stored) == len(set(stored)) == len(to_publish(models)) + 1
    assert "/manifests/" in stored[-1]


def test_a_file_that_changes_meanwhile_stops_the_publish(faulty: Server, models: Path) -> None:
    """It is named, also if its old bytes were sent in time; no manifest is written."""
    changing = models / "a23/bs_skin.npz"
    change = Run(lambda: changing.write_bytes(b"trained again"))
    faulty.faults.plan(change, method="PUT", key="a23/bs_skin.npz")

    with pytest.raises(Failure, match=f"{changing} changed while it was published") as refused:
        publish(models, _URL)

    assert refused.value.code is ExitCode.DAMAGED
    assert not [key for key in _stored(faulty) if "manifests/" in key]


def test_of_two_that_publish_the_same_the_first_manifest_stays(
    racing: Callable[[bytes], Path], models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second finds it whole, and is content."""
    place = racing(b" ")

    publish(models, _URL)

    assert "published version " in capsys.readouterr().out
    assert place.read_bytes().startswith(b" {")


def test_a_damaged_manifest_of_another_is_no_success(
    racing: Callable[[bytes], Path], models: Path
) -> None:
    """Pods could not read the version."""
    racing(b"{")

    with pytest.raises(Failure) as refused:
        publish(models, _URL)

    assert refused.value.code is ExitCode.DAMAGED
