"""The page, in a real browser: from a video to four results, a choice, and what may go wrong."""

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from rehearsal.cluster.data_plane.load_balancer import PERSON
from rehearsal.cluster.played_steps import PlayedStep
from tests.rehearsal.checkout import REPOSITORY
from tests.rehearsal.conftest import Figure
from tests.rehearsal.music.drill import MusicDrill
from tests.rehearsal.music.people import RESULTS, digest, own_video
from tests.rehearsal.waiting import until

pytestmark = [pytest.mark.rehearsal, pytest.mark.long]

_PAGE = REPOSITORY / "containers" / "music_page"


def test_a_person_goes_from_a_video_to_the_chosen_result(
    drill: MusicDrill, video: Path, tmp_path: Path, figure: Figure
) -> None:
    """Upload, four results that can be heard, a choice that is kept; two people side by side."""
    other = own_video(tmp_path / "other.mp4", 7)
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=2) as pool:
        ann = pool.submit(_walk, drill, "ann", video, 2)
        ben = pool.submit(_walk, drill, "ben", other, 3)
    seconds = time.monotonic() - began

    for name, walk, source, choice in (("ann", ann, video, 2), ("ben", ben, other, 3)):
        person, done = drill.person(name), walk.result()
        found = person.look(done["run"])
        films = person.films(done["run"], tmp_path)
        assert done["faults"] == []
        assert (found["state"], found["choice"]) == ("succeeded", choice)
        assert {digest(film, "v") for film in films.values()} == {digest(source, "v")}
        assert len({digest(film, "a") for film in films.values()}) == len(RESULTS)
    figure(f"two people at the page, from their videos to a choice each: {seconds:.0f} s")


def test_a_run_that_fails_is_begun_again_on_the_page(
    drill: MusicDrill, video: Path, tmp_path: Path, figure: Figure
) -> None:
    """It says why, keeps what there is, and the next run goes from the same video to a choice.

    The page is loaded again in the middle, and goes on with what it was at.
    """
    person = drill.person("cho")
    with ThreadPoolExecutor(max_workers=1) as pool:
        began = time.monotonic()
        walk = pool.submit(_walk, drill, "cho", video, 1, "--reload", "--fails")
        until(lambda: bool(person.runs()), "the page has announced a run")
        (first,) = person.runs()
        drill.play(first, 4, PlayedStep(seconds=1, exit_code=2))
        done = walk.result()
        seconds = time.monotonic() - began

    assert done["first"] == first
    assert done["run"] != first
    assert person.look(first)["results"] == [1, 2, 3]
    assert "exit code 2" in done["failure"], done["failure"]
    assert person.look(done["run"])["choice"] == 1
    assert {digest(film, "v") for film in person.films(done["run"], tmp_path).values()} == {
        digest(video, "v")
    }
    assert done["faults"] == []
    figure(f"page, a run that fails and is begun again, to a choice: {seconds:.0f} s")


def _walk(drill: MusicDrill, person: str, video: Path, choice: int, *more: str) -> dict[str, Any]:
    """Let somebody walk the page in a browser of their own; return what came of it."""
    header = f"--header={PERSON}={person}"
    ended = subprocess.run(
        [
            "node",
            "flows/main.ts",
            f"{drill.address}/",
            str(video),
            f"--choose={choice}",
            header,
            *more,
        ],
        cwd=_PAGE,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout)
    return found
