"""The language models and the transcription that an assembly may use, by what policies allow."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plan.assembly import Assembly

_PROFILE = re.compile(
    r"arn:[^:]*:bedrock:(?P<region>[^:]*):(\$\{AWS::AccountId\}|\d*):inference-profile/"
    r"(?P<profile>(?P<reach>[a-z-]+)\.[a-z0-9-]+\.(?P<model>[a-z0-9-]+?)(-\d{8})?(-v\d+(:\d+)?)?)"
)
_TRANSCRIBE = "transcribe:StartTranscriptionJob"


@dataclass(frozen=True, kw_only=True)
class Model:
    """An inference profile of Bedrock that somebody may ask."""

    profile: str
    name: str
    """The model without its date and version, which cost nothing."""
    reach: str
    """Where the profile may send a question: `global`, or a geography."""
    region: str

    @property
    def price_name(self) -> str:
        """Return what its prices are called, but for `in` and `out`."""
        return f"bedrock.{self.reach}.{self.name}"


def models(assembly: Assembly) -> list[Model]:
    """Return the inference profiles that policies name, each once in a region."""
    return list(dict.fromkeys(_models(assembly)))


def transcribing(assembly: Assembly) -> list[str]:
    """Return the regions in which somebody may have speech transcribed."""
    found = (
        assembly.stack(stack).region
        for stack, statement in _statements(assembly)
        if _TRANSCRIBE in _listed(statement, "Action")
    )
    return list(dict.fromkeys(found))


def _models(assembly: Assembly) -> Iterator[Model]:
    for stack, statement in _statements(assembly):
        for resource in _listed(statement, "Resource"):
            if found := _PROFILE.fullmatch(resource):
                yield Model(
                    profile=found["profile"],
                    name=found["model"],
                    reach=found["reach"],
                    region=found["region"] or assembly.stack(stack).region,
                )


def _statements(assembly: Assembly) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for policy in assembly.of_type("AWS::IAM::Policy"):
        for statement in policy.properties.get("PolicyDocument", {}).get("Statement", ()):
            yield policy.stack, statement


def _listed(statement: Mapping[str, Any], name: str) -> list[str]:
    found = statement.get(name, [])
    return [str(one) for one in found] if isinstance(found, list) else [str(found)]
