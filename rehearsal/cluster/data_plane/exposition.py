"""The text format in which Prometheus reads metrics."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Kind = Literal["counter", "gauge", "histogram"]


class Sample(NamedTuple):
    """One line: the value of one series."""

    labels: Mapping[str, str]
    value: float
    suffix: str = ""
    """What a histogram's series have behind the name of the metric."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """A metric with all its series."""

    name: str
    kind: Kind
    samples: Sequence[Sample]


def exposition(families: Iterable[Family]) -> bytes:
    """Write metrics as an exporter does; one without series is left out."""
    lines: list[str] = []
    for family in families:
        if family.samples:
            lines.append(f"# TYPE {family.name} {family.kind}")
            lines += (_line(family.name, sample) for sample in family.samples)
    return "".join(f"{line}\n" for line in lines).encode()


def _line(name: str, sample: Sample) -> str:
    labels = ",".join(f'{key}="{_escaped(value)}"' for key, value in sample.labels.items())
    return f"{name}{sample.suffix}{{{labels}}} {sample.value!r}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
