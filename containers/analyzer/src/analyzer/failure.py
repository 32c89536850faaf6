"""Errors of an analysis: HTTP status and error name of Step Functions."""

from enum import Enum


class Problem(Enum):
    """The workflow's name of an error, and the HTTP status that means the same."""

    BAD_REQUEST = ("Analysis.BadRequest", 400)
    FORBIDDEN = ("Analysis.Forbidden", 403)
    NOT_FOUND = ("Analysis.NotFound", 404)
    TOO_LARGE = ("Analysis.TooLarge", 413)
    UNSUPPORTED_MEDIA = ("Analysis.UnsupportedMedia", 415)
    NO_AUDIO_STREAM = ("Analysis.NoAudioStream", 422)
    NO_VIDEO_STREAM = ("Analysis.NoVideoStream", 422)
    UNAVAILABLE = ("Analysis.Unavailable", 503)
    TIMEOUT = ("Analysis.Timeout", 504)

    def __init__(self, error: str, status: int) -> None:
        self.error = error
        self.status = status


class Refused(Exception):  # noqa: N818 - most of them are the caller's doing, and no error of ours
    """An analysis that cannot be done, and why in one sentence."""

    def __init__(self, problem: Problem, sentence: str) -> None:
        super().__init__(sentence)
        self.problem = problem
        self.sentence = sentence


class Cancelled(Exception):  # noqa: N818 - nothing went wrong
    """The result is no longer wanted, or another process is to do it."""


class SettingsError(Exception):
    """The environment or the command line says something that cannot be."""


def as_refused(error: BaseException) -> Refused:
    """Say in one sentence what ended an analysis: what another try would meet again is final."""
    match error:
        case Refused():
            return error
        case Cancelled():
            return Refused(Problem.UNAVAILABLE, "the analysis was stopped: ask again")
        case OSError():
            sentence = f"the machine could not do the analysis: {error.strerror or error}"
            return Refused(Problem.UNAVAILABLE, sentence)
        case _:
            sentence = f"the analysis of this file ended with {type(error).__name__}: see the log"
            return Refused(Problem.UNSUPPORTED_MEDIA, sentence)
