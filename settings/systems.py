"""The systems: the only list of them.

`python -m settings.systems [NAME …]` prints the names of all environments, or of those meant.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from settings.avadot import environments as avadot
from settings.avadot.system import Avadot
from settings.checks import SettingError, require
from settings.dubbing import environments as dubbing
from settings.dubbing.system import Dubbing
from settings.guardian import environments as guardian
from settings.guardian.system import Guardian
from settings.images import Image, read_images
from settings.music import environments as music
from settings.music.system import Music
from settings.system import System, folder_of

Environment = Callable[[Mapping[str, Image]], System]
"""Makes one environment of a system from the system's images."""

SYSTEMS: Mapping[type[System], tuple[Environment, ...]] = {
    Avadot: (avadot.prod, avadot.dev),
    Guardian: (guardian.prod, guardian.dev),
    Dubbing: (dubbing.prod, dubbing.dev),
    Music: (music.prod, music.dev),
}


def images_file(system: type[System]) -> Path:
    """Return the reviewed file that names a system's images by digest."""
    return Path(__file__).parent / folder_of(system) / "images.json"


def images_of(system: type[System]) -> Mapping[str, Image]:
    """Read a system's images; each must lie in a repository below the system's name."""
    images = read_images(images_file(system))
    for name, image in images.items():
        require(
            image.repository.startswith(f"{folder_of(system)}/"),
            f"image {name} repository",
            image.repository,
            f"must begin with {folder_of(system)}/, since systems may hold the same upstream image",
        )
    return images


def environments_of(system: type[System]) -> tuple[System, ...]:
    """Return a system in each of its environments, production first."""
    images = images_of(system)
    environments = tuple(environment(images) for environment in SYSTEMS[system])
    regions = sorted({environment.region for environment in environments})
    require(
        len(regions) == 1,
        "region",
        regions,
        "all environments of a system pull from the registry of one region",
    )
    return environments


def systems() -> tuple[System, ...]:
    """Return every environment of every system."""
    return tuple(environment for system in SYSTEMS for environment in environments_of(system))


def registry_stack(system: type[System]) -> str:
    """Name the stack with the image repositories of a system, which its environments share."""
    return f"{system.__name__}Registry"


def system_of(stack: str) -> type[System]:
    """Return the system that a stack belongs to; raise `LookupError` for no system's."""
    for system in SYSTEMS:
        if stack.startswith(system.__name__):
            return system
    known = " and ".join(system.__name__ for system in SYSTEMS)
    message = f"stack {stack!r} is of no system; known are {known}"
    raise LookupError(message)


def named(name: str, environments: Sequence[System]) -> tuple[System, ...]:
    """Return those that a person means by a name; raise `SettingError` for none.

    It may be that of an environment (`Prod`), of a system in one, or of one of its stacks.
    """
    found = [
        system
        for system in environments
        if name == system.environment
        or name.startswith(system.name)
        or name == registry_stack(type(system))
    ]
    require(
        found, "system", name, f"name one of {', '.join(system.name for system in environments)}"
    )
    return tuple(found)


def main() -> None:
    """Print the names of the environments that the arguments mean, or of all."""
    try:
        meant = [system for name in sys.argv[1:] for system in named(name, systems())]
    except SettingError as error:
        sys.stderr.write(f"settings: {error}\n")
        sys.exit(2)
    sys.stdout.write(json.dumps([system.name for system in meant or systems()]) + "\n")


if __name__ == "__main__":
    main()
