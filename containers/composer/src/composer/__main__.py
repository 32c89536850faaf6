"""`python -m composer`: compose by Riffusion."""

import os
import sys
from pathlib import Path

from composer.painter import Painter
from composer.program import main
from step.ending import WrongSetup


def _riffusion(cpu: bool) -> Painter:  # noqa: FBT001 - as `main` calls it
    models = os.environ.get("MODELS")
    if not models:
        sentence = "MODELS is not set: it names the directory that holds the models"
        raise WrongSetup(sentence)
    # Read when the library is imported: a model that is not here is nowhere.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_VERBOSITY"] = "error"
    # Six seconds and a gigabyte: after the arguments and inputs have been looked at.
    from composer.diffusion import DiffusionPainter  # noqa: PLC0415

    return DiffusionPainter(Path(models), cpu=cpu)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:], _riffusion))
