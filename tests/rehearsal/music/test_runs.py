"""Many runs at once: machines come for them, nobody gets another's result, and machines go."""

import time
from collections import Counter
from pathlib import Path

import pytest

from tests.rehearsal.conftest import Figure
from tests.rehearsal.music.drill import OPEN_RUNS, MusicDrill
from tests.rehearsal.music.people import RESULTS, Person, digest, own_video
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_PEOPLE = ("ann", "ben", "cho", "dan", "eve")
_MOST_MACHINES = Counter(listen=2, compose=4)
_RUNS = len(_PEOPLE) * OPEN_RUNS
_PATIENCE_SECONDS = 1800
"""Alone it takes a third; a machine with three other drills is slower."""


def test_twenty_runs_of_five_people_give_each_their_own(
    drill: MusicDrill, tmp_path: Path, figure: Figure
) -> None:
    """Eighty results, all different, each with the picture that its own run began with."""
    people = [drill.person(name) for name in _PEOPLE for _ in range(OPEN_RUNS)]
    videos = [own_video(tmp_path / f"{number}.mp4", number) for number in range(_RUNS)]
    until(lambda: not drill.gpu_nodes(), "no machine is left of another drill")
    began = time.monotonic()
    runs = [(person, person.upload(video)) for person, video in zip(people, videos, strict=True)]

    most = Counter[str]()

    def have_come() -> bool:
        most.update(drill.gpu_nodes() - most)
        return most == _MOST_MACHINES

    until(have_come, "as many machines come as there may be", _PATIENCE_SECONDS)
    machines = time.monotonic() - began
    ended = drill.await_ends(runs, _PATIENCE_SECONDS)
    seconds = time.monotonic() - began
    away = until(lambda: not drill.gpu_nodes(), "no machine is left")

    assert Counter(one["state"] for one in ended.values()) == {"succeeded": _RUNS}
    films = [person.films(run, tmp_path) for person, run in runs]
    assert [sorted(of_run) for of_run in films] == [list(RESULTS)] * _RUNS
    pictures = [{digest(film, "v") for film in of_run.values()} for of_run in films]
    assert pictures == [{digest(video, "v")} for video in videos]
    sounds = {digest(film, "a") for of_run in films for film in of_run.values()}
    assert len(sounds) == _RUNS * len(RESULTS)
    assert _seen_by_others(runs) == []
    figure(
        f"{_RUNS} runs of {len(_PEOPLE)} people at once: {len(sounds)} results, all different, "
        f"none swapped, after {seconds:.0f} s"
    )
    figure(
        f"GPU machines for them: 0 to {_MOST_MACHINES.total()} in {machines:.0f} s, back to 0 "
        f"{away:.0f} s after the last result"
    )


def _seen_by_others(runs: list[tuple[Person, str]]) -> list[str]:
    """Name the runs that somebody sees who did not upload them."""
    return [
        f"{person.name}: {run}"
        for person, run in runs
        for other in runs
        if other[0].name != person.name and other[0].ask("GET", f"/runs/{run}").is_success
    ]
