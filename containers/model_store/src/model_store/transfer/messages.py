"""What a job and its workers tell each other: one JSON document a line."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from model_store.failure import ExitCode
from model_store.transfer.source import Part, Source


@dataclass(frozen=True, kw_only=True)
class Task:
    """Bring this part from there; `number` tells it from the others."""

    number: int
    part: Part
    source: Source

    def to_line(self) -> bytes:
        """Return the line for a worker."""
        part = vars(self.part) | {"target": str(self.part.target)}
        source = {"url": self.source.url, "headers": dict(self.source.headers)}
        return _line({"number": self.number, "part": part, "source": source})

    @classmethod
    def from_line(cls, line: bytes) -> "Task":
        """Read what `to_line` wrote."""
        fields = json.loads(line)
        part = fields["part"] | {"target": Path(fields["part"]["target"])}
        return cls(number=fields["number"], part=Part(**part), source=Source(**fields["source"]))


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """The part is in its file, and right."""

    number: int


@dataclass(frozen=True, kw_only=True)
class Expired:
    """The URL is no longer valid: the part needs a new one."""

    number: int


@dataclass(frozen=True, kw_only=True)
class Retried:
    """An attempt failed and another follows."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class GivenUp:
    """The part cannot be had, and so the whole transfer cannot."""

    code: ExitCode
    sentence: str


Report = Arrived | Expired | Retried | GivenUp


def report_to_line(report: Report) -> bytes:
    """Return the line for the job."""
    return _line({"kind": type(report).__name__, **asdict(report)})


def report_from_line(line: bytes) -> Report:
    """Read what `report_to_line` wrote."""
    match json.loads(line):
        case {"kind": "Arrived", "number": int(number)}:
            return Arrived(number=number)
        case {"kind": "Expired", "number": int(number)}:
            return Expired(number=number)
        case {"kind": "Retried", "reason": str(reason)}:
            return Retried(reason=reason)
        case {"kind": "GivenUp", "code": int(code), "sentence": str(sentence)}:
            return GivenUp(code=ExitCode(code), sentence=sentence)
    message = f"a worker said {line!r}"
    raise ValueError(message)


def _line(document: object) -> bytes:
    return json.dumps(document).encode("ascii") + b"\n"
