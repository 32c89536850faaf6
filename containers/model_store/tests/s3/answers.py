"""What the server answers: replies, pieces of files, and S3's errors as XML."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from xml.sax.saxutils import escape

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


@dataclass(frozen=True)
class Slice:
    """A piece of an open file; whoever sends it closes the descriptor."""

    descriptor: int
    start: int
    length: int


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer; its Content-Length follows from the body unless a header names another."""

    status: int = HTTPStatus.OK
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Slice = b""

    @property
    def length(self) -> int:
        return self.body.length if isinstance(self.body, Slice) else len(self.body)


class Refusal(Exception):  # noqa: N818 (S3 refuses; nothing in this server is in error)
    """The answer is one of S3's errors."""

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.reply = Reply(
            status=status,
            headers={"Content-Type": "application/xml", **(headers or {})},
            body=_error(code, message),
        )


def document(name: str, content: str) -> Reply:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{_NAMESPACE}">{content}</{name}>'
    )
    return Reply(headers={"Content-Type": "application/xml"}, body=text.encode())


def element(name: str, value: object) -> str:
    return f"<{name}>{escape(str(value))}</{name}>"


def elements(pairs: Iterable[tuple[str, object]]) -> str:
    return "".join(element(name, value) for name, value in pairs)


def _error(code: str, message: str) -> bytes:
    fields = elements([("Code", code), ("Message", message), ("RequestId", "0")])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{fields}</Error>'.encode()


def no_such_key(key: str) -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, "NoSuchKey", f"The specified key does not exist: {key}")


def no_such_version(version: str) -> Refusal:
    message = f"The specified version does not exist: {version}"
    return Refusal(HTTPStatus.NOT_FOUND, "NoSuchVersion", message)


def precondition_failed() -> Refusal:
    message = "At least one of the pre-conditions you specified did not hold"
    return Refusal(HTTPStatus.PRECONDITION_FAILED, "PreconditionFailed", message)
