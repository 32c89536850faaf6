"""What a person sees of `publish`, and what pods find in the bucket afterwards."""

import re
from pathlib import Path

import pytest

from containers.model_store.tests.emulated import EmulatedBucket
from containers.model_store.tests.publishing import publish, to_publish, write_models
from model_store.bucket import Bucket
from model_store.manifest import ModelManifest

_VERSION = re.compile("version ([0-9a-f]{64})")

Output = pytest.CaptureFixture[str]


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return write_models(tmp_path / "models", "a23")


def _published(store: EmulatedBucket, output: Output) -> ModelManifest:
    """Return the manifest of the version that the last line names."""
    [version] = _VERSION.findall(output.readouterr().out.splitlines()[-1])
    return Bucket.at(store.url).read_manifest(version)


def _changed_in(store: EmulatedBucket, before: set[tuple[str, str]]) -> set[str]:
    return {key.removeprefix("a2f-models/") for key, _ in store.versions() - before}


def test_every_file_lies_where_people_look_for_it(
    versioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """Under the prefix and its own path, empty ones too, and nothing else but the manifest."""
    publish(models, versioned.url)

    expected = to_publish(models)
    manifest = _published(versioned, capsys)
    listed = dict(Bucket.at(versioned.url).list())
    assert {path: versioned.content(path) for path in expected} == expected
    assert set(listed) == {*expected, f"manifests/{manifest.version}.json"}


def test_the_manifest_names_the_very_objects(
    versioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """Version and ETag lead to the bytes, also after others have replaced all of them."""
    publish(models, versioned.url)
    expected = to_publish(models)
    for path in expected:
        versioned.put(path, b"replaced")

    files = _published(versioned, capsys).files

    assert {f.path: versioned.content(f.path, f.version_id) for f in files} == expected
    bucket = Bucket.at(versioned.url)
    for file in files:
        found = bucket.find(file.path, file.version_id)
        assert found
        assert found.etag == file.etag


def test_what_belongs_to_one_machine_is_left_out_and_named(
    versioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """The engine under the name that model.json gives it, any other engine, hidden files."""
    document = (models / "a23/model.json").read_text()
    (models / "a23/model.json").write_text(document.replace("network.trt", "fast.engine"))
    (models / "a23/fast.engine").write_bytes(b"an engine")
    (models / ".cache").mkdir()
    (models / ".cache/lock").touch()

    publish(models, versioned.url)

    left_out = ".cache, a23/.gpu_arch, a23/fast.engine, a23/network.trt"
    assert f"left out, because it belongs to one machine: {left_out}\n" in capsys.readouterr().out
    assert not set(left_out.split(", ")) & set(dict(Bucket.at(versioned.url).list()))


def test_the_last_line_says_what_was_done_and_what_to_do(
    versioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """Counts, sizes, seconds, and the setting."""
    (models / "a23/bs_skin.npz").write_bytes(bytes(3_000_000))

    publish(models, versioned.url)

    last = capsys.readouterr().out.splitlines()[-1]
    count = len(to_publish(models))
    assert re.match(
        f"published version [0-9a-f]{{64}}: {count} files with 3 MB, "
        f"{count} files with 3 MB of it sent, in \\d+ s; ",
        last,
    )
    assert "models_version of the model store in the settings" in last


def test_publishing_again_changes_nothing(
    versioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """Not even a new version of an object that is the same."""
    publish(models, versioned.url)
    before = versioned.versions()
    capsys.readouterr()

    publish(models, versioned.url)

    assert " is already published: " in capsys.readouterr().out.splitlines()[-1]
    assert versioned.versions() == before


def test_only_what_differs_is_sent(versioned: EmulatedBucket, models: Path, capsys: Output) -> None:
    """One changed file, one new one, and the new manifest."""
    publish(models, versioned.url)
    first = _published(versioned, capsys)
    before = versioned.versions()
    (models / "a23/bs_skin.npz").write_bytes(b"trained again")
    (models / "a23/notes.txt").write_bytes(b"new")

    publish(models, versioned.url)

    output = capsys.readouterr().out
    [version] = _VERSION.findall(output.splitlines()[-1])
    assert "changed: a23/bs_skin.npz, 13 bytes\n" in output
    assert "new: a23/notes.txt, 3 bytes\n" in output
    assert f"unchanged: {len(first.files) - 1} files" in output
    changed = {"a23/bs_skin.npz", "a23/notes.txt", f"manifests/{version}.json"}
    assert _changed_in(versioned, before) == changed


def test_an_object_that_others_replaced_is_sent_again(
    versioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """The same size does not make it the same."""
    versioned.put("a23/bs_skin.npz", bytes(1000))

    publish(models, versioned.url)

    assert "changed: a23/bs_skin.npz, 1,000 bytes\n" in capsys.readouterr().out
    assert versioned.content("a23/bs_skin.npz") == (models / "a23/bs_skin.npz").read_bytes()


def test_a_dry_run_changes_nothing_and_names_the_version(
    versioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """The one that publishing makes then."""
    publish(models, versioned.url, "--dry-run")

    output = capsys.readouterr().out
    assert versioned.versions() == set()
    assert "new: a23/bs_skin.npz, 1,000 bytes\n" in output
    publish(models, versioned.url)
    manifest = _published(versioned, capsys)
    assert f"version {manifest.version} would be published: " in output.splitlines()[-1]


def test_what_else_lies_there_is_left_alone_and_named(
    versioned: EmulatedBucket, models: Path, capsys: Output
) -> None:
    """Older versions may need it; their manifests are not worth a word."""
    publish(models, versioned.url)
    (models / "a23/config.json").unlink()
    capsys.readouterr()

    publish(models, versioned.url)

    line = f"left alone in {versioned.url}, for other versions: a23/config.json\n"
    assert line in capsys.readouterr().out
    assert versioned.content("a23/config.json") == b""
