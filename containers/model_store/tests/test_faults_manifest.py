"""The manifest is what all trust rests on: damaged, exchanged or malicious, it changes nothing."""

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import pytest

from containers.model_store.tests.examples import (
    manifest_path,
    put,
)
from containers.model_store.tests.pods import IMPATIENT, found
from containers.model_store.tests.s3.faults import Cut, Flip
from containers.model_store.tests.upgrades import Upgrade
from model_store.failure import ExitCode
from model_store.manifest import ModelManifest


def _refuses(upgrade: Upgrade, text: bytes) -> None:
    """Put this in the manifest's place, and see the pull end before it asks for a model."""
    put(upgrade.server, manifest_path(upgrade.second.version), text)
    upgrade.refused(upgrade.pull(), ExitCode.DAMAGED, upgrade.second.version)
    assert not [seen for seen in upgrade.server.seen if seen.range]


def test_a_manifest_with_one_digit_changed_is_refused(upgrade: Upgrade) -> None:
    """In the hash of one part of one file; once it is right again, the pull goes on."""
    text = upgrade.second.to_json()
    sha256 = upgrade.second.files[0].parts[3]
    other = sha256[:-1] + ("0" if sha256[-1] != "0" else "1")
    _refuses(upgrade, text.replace(sha256, other).encode())
    put(upgrade.server, manifest_path(upgrade.second.version), text.encode())
    upgrade.recovers()


def test_the_manifest_of_another_version_is_refused(upgrade: Upgrade) -> None:
    """Copied to the wrong name."""
    _refuses(upgrade, upgrade.first.to_json().encode())


def test_half_a_manifest_is_refused(upgrade: Upgrade) -> None:
    """An upload by hand that broke off."""
    text = upgrade.second.to_json().encode()
    _refuses(upgrade, text[: len(text) // 2])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"<html>sign in</html>", id="no JSON"),
        pytest.param(b'{"format": 1, "part_bytes": 65536, "files": []}', id="no files"),
        pytest.param(b"[" * 100_000, id="too deep"),
    ],
)
def test_what_is_no_manifest_is_refused(upgrade: Upgrade, text: bytes) -> None:
    """Whatever lies at its name."""
    _refuses(upgrade, text)


def test_a_bit_flipped_on_the_wire_is_noticed(upgrade: Upgrade) -> None:
    """The text stays JSON, and a digit of a hash becomes another."""
    text = upgrade.second.to_json()
    at = text.index(upgrade.second.files[0].sha256) + 5
    upgrade.server.faults.plan(Flip(at), key=".json", times=math.inf)
    upgrade.refused(upgrade.pull(), ExitCode.DAMAGED, upgrade.second.version)
    upgrade.recovers()


def test_a_bit_that_flips_once_does_no_harm(upgrade: Upgrade) -> None:
    """The manifest is read again, in the other way."""
    text = upgrade.second.to_json()
    at = text.index(upgrade.second.files[0].sha256) + 5
    upgrade.server.faults.plan(Flip(at), key=".json")
    upgrade.succeeds(upgrade.pull())


def test_a_manifest_that_is_always_cut_is_out_of_reach(upgrade: Upgrade) -> None:
    """Half an answer is none."""
    upgrade.server.faults.plan(Cut(500), key=".json", times=math.inf)
    run = upgrade.pull(program=IMPATIENT)
    upgrade.refused(run, ExitCode.UNAVAILABLE, upgrade.second.version)
    upgrade.recovers()


def _with_path(manifest: ModelManifest, path: str) -> tuple[str, str]:
    """Give version and text of a manifest whose first file lies elsewhere, well made otherwise."""
    document: dict[str, Any] = json.loads(manifest.to_json())
    document["files"][0]["path"] = path
    content = sorted(
        [file["path"], file["size"], file["sha256"], file["parts"]] for file in document["files"]
    )
    canonical = json.dumps([document["part_bytes"], content], separators=(",", ":"))
    version = hashlib.sha256(canonical.encode()).hexdigest()
    return version, json.dumps(document | {"version": version})


def test_the_versions_made_here_are_those_of_the_program(upgrade: Upgrade) -> None:
    """Else the tests below would see a wrong version refused, and not a path."""
    path = upgrade.second.files[0].path
    assert _with_path(upgrade.second, path)[0] == upgrade.second.version


@pytest.mark.parametrize(
    "path",
    [
        "../outside",
        "a23/../../outside",
        "/tmp/outside",
        "current/outside",
        ".versions/outside",
        "a23/network.onnx/outside",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(upgrade: Upgrade, path: str) -> None:
    """A manifest whose own hash is right may still be malicious."""
    version, text = _with_path(upgrade.second, path)
    put(upgrade.server, manifest_path(version), text.encode())
    before = found(upgrade.volume.path.parent)
    run = upgrade.volume.pull(version)
    upgrade.refused(run, ExitCode.DAMAGED, path)
    assert found(upgrade.volume.path.parent) == before


def test_a_link_in_the_staging_directory_is_not_followed(upgrade: Upgrade, tmp_path: Path) -> None:
    """Whatever left it there, files outside the volume stay as they are."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "network.onnx").write_bytes(b"not ours")
    staging = upgrade.volume.path / ".staging" / upgrade.second.version
    (staging / "multi-diffusion").mkdir(parents=True)
    (staging / "a23").symlink_to(outside)
    (staging / "multi-diffusion" / "network.onnx").symlink_to(outside / "network.onnx")
    upgrade.succeeds(upgrade.pull())
    assert found(outside) == {"network.onnx"}
    assert (outside / "network.onnx").read_bytes() == b"not ours"
