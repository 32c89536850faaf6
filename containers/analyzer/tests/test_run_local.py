"""`make analyze`: what both programs say of a file of this machine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from containers.analyzer.benchmarks.encode import ffmpeg
from containers.analyzer.benchmarks.tools import ROOT, local_environment
from containers.analyzer.tests.broken import PATTERN, TONE


def _analyzed(path: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "containers.analyzer.benchmarks.run_local", path],
        cwd=ROOT,
        env=local_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("media", "field", "sentence"),
    [
        (PATTERN, "total_frames", "audio-analyzer: there is no audio stream in it\n"),
        (TONE, "audio_duration", "video-analyzer: there is no video stream in it\n"),
    ],
    ids=["silent video", "sound alone"],
)
def test_what_only_one_program_can_judge_is_a_result(
    tmp_path: Path, media: tuple[str, ...], field: str, sentence: str
) -> None:
    """The other says in one sentence why it cannot."""
    path = tmp_path / "clip.mkv"
    ffmpeg(*media, path)

    ended = _analyzed(path)

    assert ended.returncode == 0
    assert field in json.loads(ended.stdout)
    assert ended.stderr == sentence


def test_what_neither_program_can_judge_fails(tmp_path: Path) -> None:
    """With a sentence of each."""
    path = tmp_path / "letter.mp4"
    path.write_text("dear grandmother")

    ended = _analyzed(path)

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 2
