"""The ids of runs, and names of files."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from music_api.filenames import attachment, clean
from music_api.ids import created, is_id, new_id

_NOW = datetime(2026, 12, 1, 10, 0, 0, 123000, tzinfo=UTC)


def test_an_id_is_a_dns_label_that_carries_its_time() -> None:
    """Short enough for the names of pods that are made from it."""
    run = new_id(_NOW)

    assert re.fullmatch(r"m[a-z2-7]{25}", run)
    assert (is_id(run), created(run)) == (True, _NOW)


def test_later_ids_come_first() -> None:
    """So that S3, which lists by names, lists newest first."""
    times = [_NOW + timedelta(milliseconds=3**power) for power in range(20)]
    runs = [new_id(time) for time in times]

    assert sorted(runs) == runs[::-1]


def test_ids_of_one_moment_have_nothing_else_in_common() -> None:
    """80 bits of chance are not guessed."""
    runs = [new_id(_NOW) for _ in range(1000)]

    assert len({run[:10] for run in runs}) == 1
    assert len({run[10:] for run in runs}) == 1000
    for place in range(11, 26):
        assert len({run[place] for run in runs}) == 32


@pytest.mark.parametrize("text", ["", "m", "m" + "a" * 24, "m" + "1" * 25, "M" + "a" * 25,
                                  "m" + "a" * 25 + "\n", "x" + "a" * 25,
                                  "m" + "\u0660" * 25])  # fmt: skip
def test_what_is_no_id(text: str) -> None:
    """It never gets into a key of S3 or a path of Kubernetes."""
    assert not is_id(text)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("holiday.mp4", "holiday.mp4"),
        ("C:\\fake\\holiday.mp4", "holiday.mp4"),
        ("../../etc/passwd", "passwd"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("a\x00\nb.mp4", "a b.mp4"),
        ("\u1112\u1161\u11ab.mp4", "\ud55c.mp4"),
        ("\ud800.mp4", "mp4"),
        ("  ", "video"),
        ("..", "video"),
        ("/", "video"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_name_is_shown_without_what_cannot_be_seen(given: str, kept: str) -> None:
    """It is the browser's word, which may be anything."""
    assert clean(given) == kept


def test_a_result_is_saved_beside_its_video() -> None:
    """Under its name, in letters of any language; nothing ends the header's value early."""
    assert attachment("한.mp4", 2) == (
        "attachment; filename=\"_ - music 2.mp4\"; filename*=UTF-8''%ED%95%9C%20-%20music%202.mp4"
    )
    assert attachment('a"; x="b.mp4', 1).startswith(
        "attachment; filename=\"a__ x=_b - music 1.mp4\"; filename*=UTF-8''a%22%3B"
    )
