"""Arguments that are wrong, said in one line as all else that is wrong."""

import argparse
from typing import NoReturn

from step.ending import ExitCode
from step.failure import WrongSetup
from step.places import Place, place


class StepParser(argparse.ArgumentParser):
    """Reads a step's arguments; what is wrong with them is one line and an exit code."""

    def error(self, message: str) -> NoReturn:
        self.exit(ExitCode.WRONG, f"{self.prog}: {message}; see {self.prog} --help\n")


def a_place(text: str) -> Place:
    """Read an argument that names a place."""
    try:
        return place(text)
    except WrongSetup as error:
        raise argparse.ArgumentTypeError(str(error)) from error
