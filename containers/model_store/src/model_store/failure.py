"""How a job ends when it cannot do what was asked."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The program's exit codes."""

    DONE = 0
    ARGUMENTS = 2
    NOT_FOUND = 3
    NOT_PERMITTED = 4
    DAMAGED = 5
    REPLACED = 6
    DISK = 7
    UNAVAILABLE = 8
    NO_ENGINE = 9
    STOPPED = 143


class Failure(Exception):  # noqa: N818 -- being stopped by a signal is one too, and no error
    """One sentence for standard error, and the exit code."""

    def __init__(self, code: ExitCode, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
