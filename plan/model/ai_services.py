"""The language models and the transcription that an assembly may use, by what policies allow."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plan.model.assembly import Assembly, Resource

_PROFILE = re.compile(
    r"arn:[^:]*:bedrock:(?P<region>[^:]*):(\$\{AWS::AccountId\}|\d*):inference-profile/"
    r"(?P<profile>(?P<reach>[a-z-]+)\.[a-z0-9-]+\.(?P<model>[a-z0-9-]+?)(-\d{8})?(-v\d+(:\d+)?)?)"
)
_POLICY = "AWS::IAM::Policy"
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
    def model_id(self) -> str:
        """Return the model behind the profile."""
        return self.profile.removeprefix(f"{self.reach}.")

    @property
    def price_name(self) -> str:
        """Return what its prices are called, but for `in` and `out`."""
        return f"bedrock.{self.reach}.{self.name}"


def models(assembly: Assembly) -> list[Model]:
    """Return the inference profiles that policies name, each once in a region."""
    return list(
        dict.fromkeys(
            model
            for policy in assembly.of_type(_POLICY)
            for model in models_of(policy, assembly.stack(policy.stack).region)
        )
    )


def transcribing(assembly: Assembly) -> list[str]:
    """Return the regions in which somebody may have speech transcribed."""
    policies = filter(transcribes, assembly.of_type(_POLICY))
    return list(dict.fromkeys(assembly.stack(policy.stack).region for policy in policies))


def models_of(policy: Resource, region: str) -> Iterator[Model]:
    """Yield the inference profiles that a policy in a region lets somebody ask."""
    for statement in _statements(policy):
        for resource in _listed(statement, "Resource"):
            if found := _PROFILE.fullmatch(resource):
                yield Model(
                    profile=found["profile"],
                    name=found["model"],
                    reach=found["reach"],
                    region=found["region"] or region,
                )


def transcribes(policy: Resource) -> bool:
    """Whether a policy lets somebody have speech transcribed."""
    return any(_TRANSCRIBE in _listed(statement, "Action") for statement in _statements(policy))


def _statements(policy: Resource) -> list[Mapping[str, Any]]:
    document: Mapping[str, Any] = policy.properties.get("PolicyDocument", {})
    return list(document.get("Statement", ()))


def _listed(statement: Mapping[str, Any], name: str) -> list[str]:
    found = statement.get(name, [])
    return [str(one) for one in found] if isinstance(found, list) else [str(found)]
