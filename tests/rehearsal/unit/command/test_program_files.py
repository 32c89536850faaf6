"""What a program needs and a fresh clone has not made is made once, before anything is deployed."""

import json
from pathlib import Path

import pytest

from rehearsal.cloud.images import PinnedImage
from rehearsal.command import program_files
from rehearsal.command.program_files import make_files
from rehearsal.command.workplace import UpError

_IMAGES = {PinnedImage("shop/shop-api", "sha256:0"), PinnedImage("shop/other", "sha256:1")}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository whose one program serves a page that is not made."""
    folder = tmp_path / "containers" / "shop_api"
    folder.mkdir(parents=True)
    note = {"folders": ["src"], "files": {"PAGE": "page"}, "make": "shop", "serves": "shop_api"}
    (folder / "rehearsed.json").write_text(json.dumps(note))
    monkeypatch.setattr("rehearsal.cluster.played_programs._CONTAINERS", tmp_path / "containers")
    monkeypatch.setattr(program_files, "_REPOSITORY", tmp_path)
    return tmp_path


def test_a_missing_page_is_made_once(shop: Path) -> None:
    (shop / "Makefile").write_text("shop:\n\tmkdir containers/shop_api/page\n")
    said: list[str] = []

    for _ in range(2):
        make_files(_IMAGES, shop, said.append)

    assert said == ["shop/shop-api: make shop"]


def test_what_make_said_last_is_the_reason_of_a_failure(shop: Path) -> None:
    (shop / "Makefile").write_text("shop:\n\t@echo no node here; exit 1\n")

    with pytest.raises(UpError, match="make shop failed: no node here"):
        make_files(_IMAGES, shop, lambda _line: None)


def test_where_only_make_said_something_that_is_the_reason(shop: Path) -> None:
    (shop / "Makefile").write_text("")

    with pytest.raises(UpError, match=r"make shop failed: make.*No rule to make target 'shop'"):
        make_files(_IMAGES, shop, lambda _line: None)
