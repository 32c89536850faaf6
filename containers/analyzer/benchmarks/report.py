"""What was measured, as tables, beside what the source document says."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from containers.analyzer.benchmarks.separation import CALM, TAMPERED, Scores
from containers.analyzer.benchmarks.speed import MEDIA, Measured

_WIDTH = 118
"""Columns, whatever the terminal has: the tables are copied into documents."""


@dataclass(frozen=True, kw_only=True)
class StatedFigures:
    """What the source document says of its programs."""

    seconds: tuple[float, float]
    idle_megabytes: int
    busy_megabytes: int


STATED_FIGURES = {
    "audio_analyzer": StatedFigures(seconds=(2, 5), idle_megabytes=200, busy_megabytes=500),
    "video_analyzer": StatedFigures(seconds=(3, 7), idle_megabytes=300, busy_megabytes=800),
}


def show(videos: Sequence[Scores], voices: Sequence[Scores], speed: Sequence[Measured]) -> None:
    console = Console(width=_WIDTH, highlight=False)
    console.print(_scores("manipulation_probability of generated videos", videos))
    console.print(_gap(videos))
    console.print(_scores("deepfake_probability of generated sounds", voices))
    console.print(_speed(speed))
    console.print(
        "Seconds are from the HTTP request to the answer, the download from an S3 on this machine "
        "included; median, lowest and highest of three. On a busy machine the clock says little; "
        "CPU seconds still do, and a pod has up to two processors. Memory is the sum of the "
        "proportional set sizes of the program and its ffmpeg."
    )


def _scores(title: str, found: Sequence[Scores]) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in ("kind", "as"):
        table.add_column(heading)
    for heading in ("not judged", "lowest", "median", "highest", "right frames", "wrong frames"):
        table.add_column(heading, justify="right")
    for scores in found:
        values = scores.probabilities
        figures = (min(values), statistics.median(values), max(values)) if values else ()
        shown = [f"{value:.3f}" for value in figures] or ["", "", ""]
        frames = [str(count) for count in scores.found] or ["", ""]
        table.add_row(scores.kind, scores.of, str(scores.not_judged), *shown, *frames)
    return table


def _gap(videos: Sequence[Scores]) -> str:
    tampered, calm = least_and_most(videos)
    verdict = "separated" if tampered > calm else "NOT separated"
    return (
        f"Lowest tampered {tampered:.3f}, highest of all others {calm:.3f}: "
        f"{verdict} in these scenes.\n"
    )


def least_and_most(videos: Sequence[Scores]) -> tuple[float, float]:
    """Return the lowest score of tampered videos and the highest of all others."""
    tampered = [min(one.probabilities) for one in videos if one.kind == TAMPERED]
    calm = [max(one.probabilities, default=0) for one in videos if one.kind in CALM]
    return min(tampered), max(calm)


def _speed(speed: Sequence[Measured]) -> Table:
    table = Table(
        title=f"{MEDIA}; in brackets the source document's figures, whose media it does not state",
        title_justify="left",
    )
    table.add_column("program")
    table.add_column("clip", justify="right")
    for heading in ("seconds", "CPU s", "ffmpeg alone", "CPU s", "idle MB", "busy MB"):
        table.add_column(heading, justify="right")
    for one in speed:
        claim = STATED_FIGURES[one.module]
        low, high = claim.seconds
        table.add_row(
            one.module.partition("_")[0],
            f"{one.length} s",
            f"{_spread(one.seconds)} [{low:g}-{high:g}]",
            f"{statistics.median(one.cpu_seconds):.1f}",
            _spread(one.decode_seconds),
            f"{statistics.median(one.decode_cpu_seconds):.1f}",
            f"{one.idle_bytes / 1e6:.0f} [{claim.idle_megabytes}]",
            f"{one.busy_bytes / 1e6:.0f} [{claim.busy_megabytes}]",
        )
    return table


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"
