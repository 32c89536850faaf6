"""What a person or an operator is told when something cannot be done: one sentence."""

from http import HTTPStatus


class Refused(Exception):  # noqa: N818 - most of them are the caller's doing, and no error of ours
    """A request that is not done, with its HTTP status and the reason in one sentence."""

    def __init__(
        self, status: HTTPStatus, sentence: str, *, retry_after_seconds: int | None = None
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Refused):
    """What this program needs does not answer; the same request may be done later."""

    def __init__(self, sentence: str) -> None:
        super().__init__(HTTPStatus.SERVICE_UNAVAILABLE, sentence, retry_after_seconds=10)


class SettingsError(Exception):
    """The environment or the command line says something that cannot be."""
