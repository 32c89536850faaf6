"""`python -m tools.images`: what is built from what, and what is told of it."""

import gzip
import hashlib
import io
import json
import re
import shutil
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from settings.guardian.system import Guardian
from settings.systems import images_of
from tools.images import builders, source
from tools.images.__main__ import main
from tools.images.bill import bill
from tools.images.layout import BuiltImage, Layer, read
from tools.images.source import sources

_SOURCES = {source.name: source for source in sources()}
_STATUS = """\
Package: tini
Status: install ok installed
Architecture: amd64
Version: 0.19.0-3+b3
Description: process 1
 that reaps

Package: libllvm19
Status: deinstall ok config-files
Architecture: amd64
Version: 1:19.1.7-3
"""
_NUMPY = "Metadata-Version: 2.4\nName: NumPy\nVersion: 2.4.6\n\nName: of no package\n"

_BUILDAH = """\
#!{python}
import json, shutil, sys
from pathlib import Path
home = Path("{home}")
with (home / "calls").open("a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
if (home / "breaks").exists() and sys.argv[1] == "build":
    print("E: Unable to locate package ffmpeg")
    sys.exit(100)
if sys.argv[1] == "inspect":
    print((home / "build").read_text())
if sys.argv[1] == "push":
    shutil.copytree(home / "layout", sys.argv[3].split(":")[1])
"""

_DOCKER = """\
#!{python}
import json, re, shutil, sys
from pathlib import Path
home = Path("{home}")
with (home / "calls").open("a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1] == "image":
    print((home / "build").read_text())
if found := re.search(r"type=oci,tar=false,dest=([^,]+)", " ".join(sys.argv)):
    shutil.copytree(home / "layout", found[1])
"""


def _layer(files: Mapping[str, str]) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as layer:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            layer.addfile(entry, io.BytesIO(text.encode()))
    return written.getvalue()


def _write(layout: Path, *layers: bytes) -> None:
    """Lay an image out as builders do."""
    blobs = layout / "blobs" / "sha256"
    blobs.mkdir(parents=True, exist_ok=True)

    def blob(content: bytes) -> dict[str, object]:
        digest = hashlib.sha256(content).hexdigest()
        (blobs / digest).write_bytes(content)
        return {"digest": f"sha256:{digest}", "size": len(content)}

    packed = [blob(gzip.compress(layer, mtime=0)) for layer in layers]
    manifest = blob(json.dumps({"layers": packed}).encode())
    (layout / "index.json").write_text(json.dumps({"manifests": [manifest]}))


_BASE = _layer({"./var/lib/dpkg/status": _STATUS})
_LIBRARIES = _layer({"libraries/numpy-2.4.6.dist-info/METADATA": _NUMPY, "libraries/x": "x" * 9999})


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a machine with a played buildah, no Docker and no registry; return what it plays."""
    played = tmp_path / "played"
    _write(played / "layout", _BASE, _LIBRARIES, _layer({"program/a": "1"}))
    (played / "build").write_text("one")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "buildah").write_text(_BUILDAH.format(python=sys.executable, home=played))
    (tools / "buildah").chmod(0o755)
    (tools / "git").symlink_to(str(shutil.which("git")))
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setattr(builders, "registry_answers", lambda: False)
    monkeypatch.chdir(tmp_path)
    return played


def _images(monkeypatch: pytest.MonkeyPatch, *names: str) -> int:
    monkeypatch.setattr(sys, "argv", ["images", *names])
    return main()


@pytest.mark.parametrize("name", _SOURCES)
def test_an_image_begins_with_the_same_base_by_digest(name: str) -> None:
    """A node that has one of them has the base of all."""
    assert _SOURCES[name].base == next(iter(_SOURCES.values())).base
    assert "python:3.13-slim-trixie@sha256:" in _SOURCES[name].base


@pytest.mark.parametrize("name", _SOURCES)
def test_a_program_is_not_process_1(name: str) -> None:
    """As such it would ignore SIGTERM until it handles it."""
    (entry,) = re.findall(r"^ENTRYPOINT (.+)$", _SOURCES[name].dockerfile.read_text(), re.MULTILINE)

    module = name.replace("-", "_")
    assert json.loads(entry) == ["tini-static", "-s", "--", "python", "-m", module]


def test_the_analysers_share_all_layers_but_two() -> None:
    """What comes before the libraries is word for word the same, so a node pulls it once."""
    audio, video = (
        _SOURCES[f"{kind}-analyzer"].dockerfile.read_text().partition("\nFROM ${BASE}\n")[2]
        for kind in ("audio", "video")
    )

    assert audio.partition("COPY")[0] == video.partition("COPY")[0] != ""


@pytest.mark.parametrize("name", _SOURCES)
def test_a_builder_sees_what_the_dockerfile_copies_and_no_more(name: str) -> None:
    """Whatever else changes in the folder of containers leaves the layers as they are."""
    source = _SOURCES[name]
    lines = source.let_through.read_text().splitlines()
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", source.dockerfile.read_text(), re.MULTILINE)

    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == {
        path for copied in copies for path in copied.split()
    }


def test_an_image_tells_its_size_its_packages_and_what_is_new(tmp_path: Path) -> None:
    """Removed packages are none; a known layer is not read again."""
    own = _layer({"program/a": "1"})
    _write(tmp_path / "one", _BASE, _LIBRARIES, own)
    before = read(tmp_path / "one", "1", {})
    changed = _layer({"program/a": "2"})
    _write(tmp_path / "two", _BASE, _LIBRARIES, changed)
    for layer in before.layers[:2]:
        (tmp_path / "two" / "blobs" / layer.digest.replace(":", "/")).unlink()

    after = read(tmp_path / "two", "2", {layer.digest: layer for layer in before.layers})

    assert after.unpacked == len(_BASE) + len(_LIBRARIES) + len(changed)
    assert after.packages == [
        "pkg:deb/debian/tini@0.19.0-3%2Bb3?arch=amd64",
        "pkg:pypi/numpy@2.4.6",
    ]
    assert after.beside(before) == len(gzip.compress(changed, mtime=0))
    assert after.beside(None) == after.packed
    components = json.loads(bill(_SOURCES["audio-analyzer"], after))["components"]
    assert [one["name"] for one in components] == ["tini", "numpy"]
    assert components[0]["version"] == "0.19.0-3+b3"


def test_what_was_saved_of_a_build_is_loaded(tmp_path: Path) -> None:
    layer = Layer(digest="sha256:1", packed=1, unpacked=2, debian=("pkg:deb/a@1",), python=())
    built = BuiltImage(build="1", digest="sha256:2", layers=(layer,))

    built.save(tmp_path / "record")

    assert BuiltImage.load(tmp_path / "record") == built
    assert BuiltImage.load(tmp_path / "none") is None


def test_it_is_told_what_a_change_of_the_program_costs(
    played: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And that the base is not the real one, where no registry answers."""
    assert _images(monkeypatch, "audio-analyzer") == 0
    _write(played / "layout", _BASE, _LIBRARIES, _layer({"program/a": "2"}))
    (played / "build").write_text("two")
    first = capsys.readouterr().out

    assert _images(monkeypatch, "audio-analyzer") == 0
    second = capsys.readouterr().out
    assert _images(monkeypatch, "audio-analyzer") == 0

    assert "base: made of Debian's packages, since no registry answers" in first
    tag = _SOURCES["audio-analyzer"].tag
    assert re.search(rf"^{tag} sha256:[0-9a-f]{{64}}$", second, re.MULTILINE)
    assert "3 layers" in second
    assert "new since the last build: 0.00 MB" in second
    assert f"{tag} unchanged: sha256:" in capsys.readouterr().out
    assert (Path("dist/images/audio-analyzer.cdx.json")).exists()


def test_an_image_says_what_it_is_and_what_it_stands_on(
    played: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the labels that registries show."""
    monkeypatch.setattr(builders, "registry_answers", lambda: True)
    source = _SOURCES["video-analyzer"]

    assert _images(monkeypatch, "video-analyzer") == 0

    calls = [json.loads(line) for line in (played / "calls").read_text().splitlines()]
    (build,) = [call for call in calls if call[0] == "build"]
    assert f"BASE={source.base}" in build
    assert f"VERSION={source.image.tag}" in build
    assert [word for word in build if word.startswith("REVISION=")]
    labels = source.dockerfile.read_text().partition("LABEL ")[2]
    assert 'org.opencontainers.image.title="video-analyzer"' in labels
    assert 'org.opencontainers.image.base.name="${BASE}"' in labels
    assert "linux/amd64" in build


def test_only_an_image_with_a_trained_detector_has_what_runs_it(
    played: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settings decide, in whichever environment; the Dockerfile knows the file by that name."""
    name = "audio-analyzer"
    repository = _SOURCES[name].image.repository
    monkeypatch.setattr(Guardian, "extras", {repository: "detector"})

    assert _images(monkeypatch, name, "video-analyzer") == 0

    calls = [json.loads(line) for line in (played / "calls").read_text().splitlines()]
    audio, video = (call for call in calls if call[0] == "build")
    assert "REQUIREMENTS=requirements-detector.txt" in audio
    assert not [word for word in video if word.startswith("REQUIREMENTS=")]
    dockerfile = _SOURCES[name].dockerfile
    assert "ARG REQUIREMENTS=requirements.txt\n" in dockerfile.read_text()
    assert dockerfile.with_name("requirements-detector.txt").exists()


def test_what_two_systems_name_is_built_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes are pushed into both repositories."""
    built = _SOURCES["model-store"].image
    mirrored = replace(built, repository="guardian/model-store")
    images = images_of(Guardian)
    monkeypatch.setattr(
        source,
        "images_of",
        lambda system: (
            {**images, "model-store": mirrored} if system is Guardian else images_of(system)
        ),
    )

    assert [one.image for one in sources() if one.name == "model-store"] == [built]


def test_a_program_that_no_system_runs_has_no_image(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets one with the entry in the images.json of the first system that does."""
    without = {
        name: image for name, image in images_of(Guardian).items() if name != "video-analyzer"
    }
    named = images_of
    monkeypatch.setattr(
        source, "images_of", lambda system: without if system is Guardian else named(system)
    )
    monkeypatch.setattr(source, "environments_of", lambda _: ())

    assert {one.name for one in sources()} == _SOURCES.keys() - {"video-analyzer"}


def test_docker_builds_where_its_daemon_answers(
    played: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the real base, with times that are the same each time."""
    docker = played.parent / "bin" / "docker"
    docker.write_text(_DOCKER.format(python=sys.executable, home=played))
    docker.chmod(0o755)
    source = _SOURCES["audio-analyzer"]

    assert _images(monkeypatch, "audio-analyzer") == 0

    assert f"base: {source.base}\n" in capsys.readouterr().out
    calls = [json.loads(line) for line in (played / "calls").read_text().splitlines()]
    outputs = [call[call.index("--output") + 1] for call in calls if call[0] == "buildx"]
    assert outputs == [
        "type=docker,rewrite-timestamp=true",
        "type=oci,tar=false,dest=dist/images/audio-analyzer,rewrite-timestamp=true",
    ]
    assert all(source.tag in call for call in calls if call[0] == "buildx")


def test_a_build_that_fails_ends_with_its_last_lines(
    played: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (played / "breaks").touch()

    assert _images(monkeypatch, "model-store") == 1

    said = capsys.readouterr().err
    assert said.startswith("images: buildah build ended with 100; dist/images/build.log ends so:")
    assert "Unable to locate package ffmpeg" in said


def test_without_a_builder_it_says_what_to_install(
    played: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(played))

    assert _images(monkeypatch) == 1

    assert capsys.readouterr().err == (
        "images: neither a Docker daemon nor buildah is here: apt-get install buildah mmdebstrap\n"
    )


def test_an_unknown_image_is_refused_with_those_that_there_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        _images(monkeypatch, "tarot")

    assert ended.value.code == 2
    assert "no image is named 'tarot': there are audio-analyzer, " in capsys.readouterr().err
