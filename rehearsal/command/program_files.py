"""Files of programs that run on this machine, which a fresh clone has not made: as a page."""

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from rehearsal.cloud.images import PinnedImage
from rehearsal.cluster.played_programs import PlayedProgram
from rehearsal.command.workplace import UpError
from rehearsal.toolchain.steps import one_builder

_REPOSITORY = Path(__file__).parents[2]


def make_files(images: Iterable[PinnedImage], tools: Path, say: Callable[[str], None]) -> None:
    """Make what is missing; raise `UpError` with what `make` said last if that fails."""
    for image in sorted(images):
        program = PlayedProgram.of_image(image.repository)
        if program is None or not program.lacks:
            continue
        # Several rehearsals that start together would write the same files.
        with one_builder(tools):
            if program.lacks:
                say(f"{image.repository}: make {program.make}")
                _make(program.make)


def _make(target: str) -> None:
    ended = subprocess.run(
        ["make", target], cwd=_REPOSITORY, check=False, capture_output=True, text=True
    )
    if ended.returncode != 0:
        lines = (ended.stdout + ended.stderr).strip().splitlines()
        # What the tool said tells more than what make says of it.
        said = [line for line in lines if not line.startswith("make")] or lines
        message = f"make {target} failed: {said[-1] if said else 'it said nothing'}"
        raise UpError(message)
