"""The language models and the transcription that an assembly may use, by what policies allow."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plan.model.assembly import Assembly, Resource

_PROFILE = re.compile(
    r"arn:[^:]*:bedrock:(?P<region>[^:]*):(\$\{AWS::AccountId\}|\d*):inference-profile/"
    r"(?P<profile>(?P<scope>[a-z-]+)\.[a-z0-9-]+\.(?P<model>[a-z0-9-]+?)(-\d{8})?(-v\d+(:\d+)?)?)"
)
_TRANSCRIBE = "transcribe:StartTranscriptionJob"


@dataclass(frozen=True, kw_only=True)
class InferenceProfile:
    """An inference profile of Bedrock that may be invoked."""

    profile: str
    name: str
    """The model without its date and version, which cost nothing."""
    scope: str
    """Where the profile may route a request: `global`, or a geography."""
    region: str

    @property
    def model_id(self) -> str:
        return self.profile.removeprefix(f"{self.scope}.")

    @property
    def price_name(self) -> str:
        """Return what its prices are called, but for `in` and `out`."""
        return f"bedrock.{self.scope}.{self.name}"


def models(assembly: Assembly, policies: Iterable[Resource]) -> list[InferenceProfile]:
    """Return the inference profiles that policies name, each once in a region."""
    found = (one for policy in policies for one in models_of(policy, assembly.region_of(policy)))
    return list(dict.fromkeys(found))


def transcribing(assembly: Assembly, policies: Iterable[Resource]) -> list[str]:
    """Return the regions in which policies let speech be transcribed."""
    return list(dict.fromkeys(map(assembly.region_of, filter(transcribes, policies))))


def models_of(policy: Resource, region: str) -> Iterator[InferenceProfile]:
    for statement in _statements(policy):
        for resource in _listed(statement, "Resource"):
            if found := _PROFILE.fullmatch(resource):
                yield InferenceProfile(
                    profile=found["profile"],
                    name=found["model"],
                    scope=found["scope"],
                    region=found["region"] or region,
                )


def transcribes(policy: Resource) -> bool:
    return any(_TRANSCRIBE in _listed(statement, "Action") for statement in _statements(policy))


def _statements(policy: Resource) -> list[Mapping[str, Any]]:
    document: Mapping[str, Any] = policy.properties.get("PolicyDocument", {})
    return list(document.get("Statement", ()))


def _listed(statement: Mapping[str, Any], name: str) -> list[str]:
    found = statement.get(name, [])
    return [str(one) for one in found] if isinstance(found, list) else [str(found)]
