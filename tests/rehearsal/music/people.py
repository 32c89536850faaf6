"""Music as people meet it: they upload videos behind the load balancer, and choose a result."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from containers.analyzer.benchmarks.tools import TOOLS
from rehearsal.cluster.data_plane.load_balancer import PERSON
from tests.rehearsal.videos import make_video

RESULTS = (1, 2, 3, 4)
_SECONDS_OF_VIDEO = 2
"""Composing takes as long as its music, on a machine that has other work."""


@dataclass(frozen=True, kw_only=True)
class Announced:
    """A run that waits for its video."""

    run: str
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who has logged in, at the address of the load balancer."""

    name: str
    address: str

    def announce(self, video: Path) -> Announced:
        wanted = {"filename": video.name, "bytes": video.stat().st_size}
        made = self.must("POST", "/runs", wanted)
        return Announced(run=made["id"], **{k: made["upload"][k] for k in ("url", "headers")})

    def send(self, announced: Announced, video: Path) -> None:
        httpx.put(
            announced.url,
            content=video.read_bytes(),
            headers=dict(announced.headers),
            trust_env=False,
        ).raise_for_status()

    def upload(self, video: Path) -> str:
        announced = self.announce(video)
        self.send(announced, video)
        return announced.run

    def runs(self) -> list[str]:
        return [one["id"] for one in self.must("GET", "/runs")["runs"]]

    def look(self, run: str) -> dict[str, Any]:
        return self.must("GET", f"/runs/{run}")

    def films(self, run: str, directory: Path) -> dict[int, Path]:
        """Download the videos of the results that a run has."""
        films = {}
        for one in self.must("GET", f"/runs/{run}/results")["results"]:
            film = films[one["result"]] = directory / f"{run}-{one['result']}.mp4"
            film.write_bytes(httpx.get(one["video"], trust_env=False).content)
        return films

    def must(self, method: str, path: str, content: Any = None) -> dict[str, Any]:
        answer = self.ask(method, path, content)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json()
        return found

    def ask(self, method: str, path: str, content: Any = None) -> httpx.Response:
        return httpx.request(
            method,
            f"{self.address}{path}",
            json=content,
            headers={PERSON: self.name, "content-type": "application/json"},
            timeout=60,
            trust_env=False,
        )


def own_video(file: Path, number: int = 0) -> Path:
    """Make a video whose picture and tone are those of its number."""
    colour = f"0x{(number * 0x2F1B37 + 0x204060) % 0x1000000:06x}"
    return make_video(
        file,
        picture=f"color={colour}:size=160x120:rate=10",
        seconds=_SECONDS_OF_VIDEO,
        hertz=300 + 20 * number,
    )


def digest(film: Path, kind: str) -> str:
    """Return a digest of what is coded of a film's picture (`v`) or sound (`a`)."""
    stream = ("-map", f"0:{kind}:0", "-c", "copy", "-f", "streamhash", "-hash", "sha256", "-")
    command = [TOOLS["FFMPEG"], "-v", "error", "-i", str(film), *stream]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
