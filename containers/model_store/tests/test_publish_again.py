"""Publishing what was published before, and what has gone in part since."""

from pathlib import Path

import pytest

from containers.model_store.tests.emulated import EmulatedBucket
from containers.model_store.tests.publishing import publish, to_publish, write_models
from model_store.bucket import Bucket, manifest_path
from model_store.manifest import PART_BYTES, ModelManifest

Output = pytest.CaptureFixture[str]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return write_models(tmp_path / "models", "a23")


def _version(output: Output) -> str:
    return output.readouterr().out.splitlines()[-1].partition("version ")[2][:64]


def _readable(store: EmulatedBucket, version: str, models: Path) -> ModelManifest:
    """Read the version as pods do, and compare it with the directory."""
    manifest = Bucket.at(store.url).read_manifest(version)
    read = {file.path: store.content(file.path, file.version_id) for file in manifest.files}
    assert read == to_publish(models)
    return manifest


def test_going_back_to_a_version_sends_nothing(
    versioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """Its objects are still there as older versions."""
    publish(models, versioned.url)
    first = _version(capsys)
    skin = (models / "a23/bs_skin.npz").read_bytes()
    (models / "a23/bs_skin.npz").write_bytes(b"trained again")
    publish(models, versioned.url)
    before = versioned.versions()
    (models / "a23/bs_skin.npz").write_bytes(skin)
    capsys.readouterr()

    publish(models, versioned.url)

    assert f"version {first} is already published" in capsys.readouterr().out
    assert versioned.versions() == before
    _readable(versioned, first, models)


def test_a_version_whose_object_has_gone_is_repaired(
    versioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """The manifest then names the new object."""
    publish(models, versioned.url)
    version = _version(capsys)
    [gone] = [f for f in _readable(versioned, version, models).files if f.path == "a23/bs_skin.npz"]
    versioned.remove(gone.path, gone.version_id)

    publish(models, versioned.url)

    assert f"published version {version}" in capsys.readouterr().out
    _readable(versioned, version, models)


def test_a_repair_that_was_interrupted_is_finished(
    versioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """All objects are right again, but the manifest does not know the new one yet."""
    publish(models, versioned.url)
    version = _version(capsys)
    [gone] = [f for f in _readable(versioned, version, models).files if f.path == "a23/bs_skin.npz"]
    versioned.remove(gone.path, gone.version_id)
    bucket = Bucket.at(versioned.url)
    bucket.upload(gone, models / gone.path, part_bytes=PART_BYTES, sent=lambda _: None)

    publish(models, versioned.url)

    _readable(versioned, version, models)


def test_a_damaged_manifest_is_replaced(
    versioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """Nothing else is sent again."""
    publish(models, versioned.url)
    version = _version(capsys)
    versioned.put(manifest_path(version), b"{")
    before = versioned.versions()

    publish(models, versioned.url)

    changed = {key for key, _ in versioned.versions() - before}
    assert changed == {f"a2f-models/{manifest_path(version)}"}
    _readable(versioned, version, models)


def test_without_versioning_it_works_and_warns(
    unversioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """One line says what can happen, and publishing an older content repairs its manifest."""
    publish(models, unversioned.url)
    output = capsys.readouterr().out
    version = output.splitlines()[-1].partition("version ")[2][:64]
    assert output.count("warning: ") == 1
    assert f"warning: {unversioned.url} does not keep versions" in output
    skin = (models / "a23/bs_skin.npz").read_bytes()
    (models / "a23/bs_skin.npz").write_bytes(b"trained again")
    publish(models, unversioned.url)
    (models / "a23/bs_skin.npz").write_bytes(skin)
    (models / "a23/bs_skin.npz").touch()
    capsys.readouterr()

    publish(models, unversioned.url)

    assert f"published version {version}" in capsys.readouterr().out
    bucket = Bucket.at(unversioned.url)
    for file in _readable(unversioned, version, models).files:
        found = bucket.find(file.path, file.version_id)
        assert found
        assert found.etag == file.etag
