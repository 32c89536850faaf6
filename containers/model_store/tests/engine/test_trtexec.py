"""Engines belong to the exact version of TensorRT that trtexec says it is."""

import json

import pytest

from containers.model_store.tests.engine.pod import Pod
from model_store.engine import trtexec
from model_store.failure import ExitCode, Failure


@pytest.mark.parametrize(
    ("version", "build", "said"), [(101303, 9, "10.13.3.9"), (101601, 11, "10.16.1.11")]
)
def test_version_is_that_of_the_banner(pod: Pod, version: int, build: int, said: str) -> None:
    """The four numbers of a release, as its packages are named."""
    pod.plays("trtexec", version=version, build=build)

    pod.engine()

    [place] = pod.cached
    assert json.loads((place / "engine.json").read_text())["key"]["tensorrt"] == said


def test_image_without_trtexec_is_named(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's image was built without TensorRT's tools."""
    monkeypatch.setattr(trtexec, "_PLACES", ())
    (pod.tools / "trtexec").unlink()

    with pytest.raises(Failure, match="there is no trtexec on the PATH") as caught:
        pod.engine()

    assert caught.value.code is ExitCode.NO_ENGINE


def test_trtexec_is_found_where_nvidia_puts_it(pod: Pod, monkeypatch: pytest.MonkeyPatch) -> None:
    """NVIDIA's packages leave it off the PATH."""
    elsewhere = pod.home / "usr/src/tensorrt/bin"
    elsewhere.mkdir(parents=True)
    (pod.tools / "trtexec").rename(elsewhere / "trtexec")
    monkeypatch.setattr(trtexec, "_PLACES", (str(elsewhere),))

    pod.engine()

    assert pod.network().exists()


def test_program_that_is_not_trtexec_is_shown(pod: Pod) -> None:
    """What says no version cannot be built with."""
    (pod.tools / "trtexec").unlink()
    (pod.tools / "trtexec").symlink_to("/bin/true")

    with pytest.raises(Failure, match="and not its version"):
        pod.engine()
