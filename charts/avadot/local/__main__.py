"""Write Avadot's local overlay: `python -m charts.avadot.local DIRECTORY`."""

import argparse
import sys
from pathlib import Path

from charts.avadot.local.overlay import Overlay
from settings.avadot.environments import dev
from settings.avadot.system import Avadot
from settings.checks import SettingError
from settings.systems import images_of


def main() -> str | None:
    """Write the overlay and say what comes next; return what went wrong, if something did."""
    parser = argparse.ArgumentParser(prog="charts.avadot.local", description=__doc__)
    parser.add_argument("directory", type=Path, help="where to write it, as dist/local")
    directory: Path = parser.parse_args().directory
    try:
        overlay = Overlay(dev(images_of(Avadot)))
        overlay.write(directory)
    except SettingError as error:
        return str(error)
    except OSError as error:
        return f"{str(error.filename)!r} cannot be written: {error.strerror}"
    print(f"{directory} is written: {Avadot.title}. What is left to do:")
    print(f"  1. build {', '.join(overlay.images)}")
    print("  2. bring them in: kind load docker-image …, or minikube image load …")
    print(f"  3. put your own keys into {directory / overlay.SECRETS}")
    print(f"  4. kubectl apply -k {directory}")
    return None


if __name__ == "__main__":
    sys.exit(main())
