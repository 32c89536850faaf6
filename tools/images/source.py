"""What an image is made of: its Dockerfile, the files that go in, the name it gets."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from settings.images import Image
from settings.systems import SYSTEMS, environments_of, images_of

CONTAINERS = Path(__file__).parents[2] / "containers"
_BASE = re.compile(r"^ARG BASE=(\S+@sha256:[0-9a-f]{64})$", re.MULTILINE)


class BuildError(Exception):
    """No image was built; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class ImageSource:
    """One program's image, before it is built."""

    name: str
    image: Image
    dockerfile: Path
    extra: str | None = None
    """Optional dependencies of the program that the settings of some environment ask for."""

    @property
    def let_through(self) -> Path:
        """The file that names what the builder may see of the folder of all containers."""
        return self.dockerfile.with_name("Dockerfile.dockerignore")

    @property
    def base(self) -> str:
        """The image it begins with, by digest."""
        found = _BASE.search(self.dockerfile.read_text())
        if not found:
            message = f"{self.dockerfile} names no base by digest"
            raise BuildError(message)
        return found[1]

    @property
    def tag(self) -> str:
        return f"localhost/{self.image.repository}:{self.image.tag}"

    def arguments(self, base: str) -> dict[str, str]:
        """Return what the Dockerfile is told."""
        said = {"BASE": base, "VERSION": self.image.tag, "REVISION": self._revision()}
        return said | ({"REQUIREMENTS": f"requirements-{self.extra}.txt"} if self.extra else {})

    def _revision(self) -> str:
        """Return the last commit that changed the image, if it has all of what goes in."""
        lines = self.let_through.read_text().splitlines()
        seen = [CONTAINERS / line[1:] for line in lines if line.startswith("!")]
        paths = [self.dockerfile, self.let_through, *seen]
        if _git("status", "--porcelain", "--", *paths):
            return "unknown"
        return _git("log", "-1", "--format=%H", "--", *paths) or "unknown"


def sources() -> Iterator[ImageSource]:
    """Yield the image of each folder with a Dockerfile, as the reviewed files name it.

    A program that no system runs yet has no name for its image.
    """
    images: dict[str, Image] = {}
    extras: dict[str, str] = {}
    for system in SYSTEMS:
        # What several systems name is built once, under the repository of the first.
        images = {**images_of(system), **images}
        for environment in environments_of(system):
            extras |= environment.extras
    for dockerfile in sorted(CONTAINERS.glob("*/Dockerfile")):
        name = dockerfile.parent.name.replace("_", "-")
        if name in images:
            image = images[name]
            yield ImageSource(
                name=name, image=image, dockerfile=dockerfile, extra=extras.get(image.repository)
            )


def _git(*arguments: str | Path) -> str:
    answer = subprocess.run(
        ["git", "-C", CONTAINERS, *arguments], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip()
