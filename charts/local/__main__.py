"""Write the local overlay: `python -m charts.local DIRECTORY`."""

import argparse
import sys
from pathlib import Path

import settings
from charts.local.overlay import Overlay
from settings import avadot
from settings.checks import SettingError
from settings.images import read_images

_IMAGES = Path(settings.__file__).with_name("images.json")


def main() -> str | None:
    """Write the overlay and say what comes next; return what went wrong, if something did."""
    parser = argparse.ArgumentParser(prog="charts.local", description=__doc__)
    parser.add_argument("directory", type=Path, help="where to write it, as dist/local")
    directory: Path = parser.parse_args().directory
    try:
        overlay = Overlay(avadot.dev(read_images(_IMAGES)))
        overlay.write(directory)
    except SettingError as error:
        return str(error)
    except OSError as error:
        return f"{str(error.filename)!r} cannot be written: {error.strerror}"
    print(f"{directory} is written. What is left to do:")
    print(f"  1. build {', '.join(overlay.images)}")
    print("  2. bring them in: kind load docker-image …, or minikube image load …")
    print(f"  3. put your own keys into {directory / overlay.SECRETS}")
    print(f"  4. kubectl apply -k {directory}")
    return None


if __name__ == "__main__":
    sys.exit(main())
