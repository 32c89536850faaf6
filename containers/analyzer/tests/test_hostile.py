"""Damaged and hostile files: a result or one final sentence, and a bound for ffmpeg's memory."""

import stat
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from analyzer.failure import Problem, Refused
from analyzer.media import local_file, probe
from analyzer.runtime import Deadline
from analyzer.settings import Limits
from containers.analyzer.benchmarks.hostile import (
    PROGRAMS,
    SOURCES,
    Found,
    costly_picture,
    damaged,
    sources,
)
from containers.analyzer.tests.asking import refusal
from containers.analyzer.tests.broken import clip
from containers.analyzer.tests.odd import H264
from settings.guardian.analyzers import Analyzer
from tests.settings.guardian.examples import PROD
from video_analyzer.frames import Picture, frames
from video_analyzer.program import PROGRAM as VIDEO

_PROGRAM_BYTES = 384 << 20
"""Of Python and what it keeps of a file; it took less than 300 MiB with ffmpeg in the pods."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return sources(tmp_path_factory.mktemp("whole"))


def test_each_damaged_file_gets_a_result_or_one_final_sentence(
    whole: list[Path], tmp_path: Path
) -> None:
    """Two damages of each container; `benchmarks.hostile` tries a thousand."""
    found = Found()
    path = tmp_path / "damaged"

    for seed in range(2 * len(SOURCES)):
        path.write_bytes(damaged(whole, seed))
        for program in PROGRAMS:
            found.take(program, path, f"seed {seed}")

    assert found.wrong == []
    assert sum(found.outcomes.values()) == 4 * len(SOURCES)
    assert len(found.outcomes) > 2


def test_a_damage_is_the_same_each_time(whole: list[Path]) -> None:
    """What was found can be found again."""
    assert damaged(whole, 7) == damaged(whole, 7) != whole[7].read_bytes()


def _frames_of(path: Path, limits: Limits) -> int:
    count = 0
    with local_file(path) as file, suppress(Refused):
        picture = Picture.of(probe(file, limits).video[0])
        for _ in frames(file, picture, limits, Deadline(60)):
            count += 1
    return count


def test_a_decoder_cannot_take_more_memory_than_its_bound(tmp_path: Path) -> None:
    """Some kilobytes of film ask for two hundred megabytes: what does not fit is not decoded."""
    path = tmp_path / "references.mp4"
    costly_picture(path, "1920x1080")
    assert path.stat().st_size < 50_000

    assert _frames_of(path, Limits()) == 26
    assert _frames_of(path, replace(Limits(), decoder_bytes=100 << 20)) < 26


@pytest.mark.parametrize("analyzer", [PROD.audio, PROD.video], ids=lambda analyzer: analyzer.name)
def test_a_pod_has_room_for_ffmpeg_and_the_program(analyzer: Analyzer) -> None:
    """Else the kernel would end the pod, and the next one over the same file."""
    limit = analyzer.resources.memory_limit_mib << 20

    assert Limits().decoder_bytes + _PROGRAM_BYTES <= limit


def _played(path: Path, source: str) -> str:
    """Write a program that takes the place of a tool."""
    path.write_text(f"#!{sys.executable}\n{source}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


@pytest.mark.parametrize("tool", ["FFPROBE", "FFMPEG"])
def test_both_tools_get_no_more_memory_than_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str
) -> None:
    """The kernel says so to a tool that asks for it at once."""
    taking = "import sys, time\ntime.sleep(0.3)\ntry: bytearray(300 << 20)\n"
    taking += "except MemoryError: sys.exit('refused by the kernel')"
    path = clip(tmp_path / "clip.mp4", *H264)
    monkeypatch.setenv(tool, _played(tmp_path / "tool", taking))

    refused = refusal(VIDEO, path, limits=replace(Limits(), decoder_bytes=200 << 20))

    assert refused.sentence.endswith("refused by the kernel")


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("SIGSEGV", Problem.UNSUPPORTED_MEDIA),
        ("SIGABRT", Problem.UNSUPPORTED_MEDIA),
        ("SIGKILL", Problem.UNAVAILABLE),
    ],
)
@pytest.mark.parametrize("tool", ["FFPROBE", "FFMPEG"])
def test_a_tool_that_crashes_over_a_file_has_judged_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str, number: str, problem: Problem
) -> None:
    """It would crash again; what was killed from outside may be tried again."""
    path = clip(tmp_path / "clip.mp4", *H264)
    crashing = f"import os, signal\nos.kill(os.getpid(), signal.{number})"
    monkeypatch.setenv(tool, _played(tmp_path / "tool", crashing))

    assert refusal(VIDEO, path).problem is problem


def test_a_probe_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the processor time that it takes: a busy machine is no reason."""
    monkeypatch.setattr("analyzer.media._PROBE_SECONDS", 1)
    monkeypatch.setenv("FFPROBE", _played(tmp_path / "tool", "while True: pass"))
    path = clip(tmp_path / "clip.mp4", *H264)

    with local_file(path) as file, pytest.raises(Refused) as raised:
        probe(file, Limits())

    assert raised.value.problem is Problem.TIMEOUT
