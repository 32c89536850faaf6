"""The kept release is the one that was deployed."""

import hashlib
import json
from pathlib import Path

from rehearsal.command.assembly import read_stacks, with_foundations
from tests.rehearsal.earlier import app


def test_the_archive_is_the_one_that_its_note_describes() -> None:
    """Who makes it anew says from which commit, and with what."""
    note = json.loads(app.OLDEST.with_name(f"{app.RELEASE}.json").read_text())

    assert hashlib.sha256(app.OLDEST.read_bytes()).hexdigest() == note["sha256"]
    assert note["date"].startswith(app.RELEASE)


def test_the_release_is_a_whole_assembly(tmp_path: Path) -> None:
    """Each asset that a stack publishes is there, though the layers are empty."""
    app.unpack(tmp_path)

    stacks = with_foundations(read_stacks(tmp_path), "AvadotProd")
    assert len(stacks) == 4
    for manifest in tmp_path.glob("*.assets.json"):
        for asset in json.loads(manifest.read_text())["files"].values():
            assert (tmp_path / asset["source"]["path"]).exists()
