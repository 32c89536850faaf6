"""What a transfer is asked for, and the messages between a job and its worker processes."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from model_store.content import Range
from model_store.failure import ExitCode


@dataclass(frozen=True, kw_only=True)
class Route:
    """How a server is reached."""

    proxy: str = ""
    """HOST:PORT of an HTTP proxy; empty for none."""
    proxy_headers: Mapping[str, str] = field(default_factory=dict)
    authorities: str = ""
    """A file with the certificates that are trusted; empty for the system's own."""


@dataclass(frozen=True, kw_only=True)
class PresignedUrl:
    """A presigned URL of one object, and the headers that go with it; valid for a limited time."""

    url: str
    headers: Mapping[str, str]
    route: Route = field(default_factory=Route)


@dataclass(frozen=True, kw_only=True)
class FilePart:
    """A range of an object that is wanted at the same offset of a file.

    The file exists already and has its whole size; `name` is the object's for the caller.
    """

    name: str
    target: Path
    offset: int
    size: int
    sha256: str

    @classmethod
    def of(cls, found: Range, *, name: str, target: Path) -> "FilePart":
        """Want this range of the object in the file."""
        return cls(
            name=name, target=target, offset=found.offset, size=found.size, sha256=found.sha256
        )


@dataclass(frozen=True, kw_only=True)
class Task:
    """Download this part; `number` tells it from the others."""

    number: int
    part: FilePart
    url: PresignedUrl

    def to_line(self) -> bytes:
        part = vars(self.part) | {"target": str(self.part.target)}
        return _line({"number": self.number, "part": part, "url": asdict(self.url)})

    @classmethod
    def from_line(cls, line: bytes) -> "Task":
        fields = json.loads(line)
        part = fields["part"] | {"target": Path(fields["part"]["target"])}
        url = fields["url"] | {"route": Route(**fields["url"]["route"])}
        return cls(number=fields["number"], part=FilePart(**part), url=PresignedUrl(**url))


@dataclass(frozen=True, kw_only=True)
class PartDone:
    """The part is in its file, and verified."""

    number: int


@dataclass(frozen=True, kw_only=True)
class UrlExpired:
    """The presigned URL has expired: the part needs a new one."""

    number: int


@dataclass(frozen=True, kw_only=True)
class Retrying:
    """An attempt failed and another follows."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class PartFailed:
    """The part cannot be downloaded, and so the whole transfer fails."""

    code: ExitCode
    sentence: str


Report = PartDone | UrlExpired | Retrying | PartFailed


def report_to_line(report: Report) -> bytes:
    return _line({"kind": type(report).__name__, **asdict(report)})


def report_from_line(line: bytes) -> Report:
    match json.loads(line):
        case {"kind": "PartDone", "number": int(number)}:
            return PartDone(number=number)
        case {"kind": "UrlExpired", "number": int(number)}:
            return UrlExpired(number=number)
        case {"kind": "Retrying", "reason": str(reason)}:
            return Retrying(reason=reason)
        case {"kind": "PartFailed", "code": int(code), "sentence": str(sentence)}:
            return PartFailed(code=ExitCode(code), sentence=sentence)
    message = f"a worker said {line!r}"
    raise ValueError(message)


def _line(document: object) -> bytes:
    return json.dumps(document).encode("ascii") + b"\n"
