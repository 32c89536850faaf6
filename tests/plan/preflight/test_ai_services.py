"""Whether the account may ask the language models, and have speech transcribed."""

import pytest
from botocore.exceptions import EndpointConnectionError

from plan.preflight.account import Account
from plan.preflight.ai_services import ai_services
from plan.preflight.verdicts import Check, Missing, Ready
from tests.plan.assemblies import Document, Written, assembled
from tests.plan.preflight.played_aws import PlayedAws
from tests.plan.workflows import workflow

_PROFILE = "global.anthropic.claude-haiku-4-5-20251001-v1:0"
_MODEL = "anthropic.claude-haiku-4-5-20251001-v1:0"


def _checks() -> list[Check]:
    """Return the question for the model, and that for Transcribe."""
    return list(ai_services(assembled(Written(name="Guard", resources=workflow()))))


def _offers(aws: PlayedAws) -> None:
    answer = {
        "inferenceProfileName": "Haiku",
        "inferenceProfileArn": f"arn:aws:bedrock:ap-northeast-2:123456789012:profile/{_PROFILE}",
        "models": [{"modelArn": f"arn:aws:bedrock:::foundation-model/{_MODEL}"}],
        "inferenceProfileId": _PROFILE,
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
    }
    request = {"inferenceProfileIdentifier": _PROFILE}
    aws.answers("bedrock", "get_inference_profile", answer, request)


def _access(aws: PlayedAws, **lacks: object) -> None:
    answer: Document = {
        "modelId": _MODEL,
        "agreementAvailability": {"status": "AVAILABLE"},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
        **lacks,
    }
    aws.answers("bedrock", "get_foundation_model_availability", answer, {"modelId": _MODEL})


def test_a_model_that_may_be_asked_is_ready(aws: PlayedAws) -> None:
    """The region has the profile, and the account access to the model behind it."""
    _offers(aws)
    _access(aws)
    model, _ = _checks()

    assert model.title == f"model {_PROFILE}"
    assert model.ask(aws.account) == Ready("the account may ask it in ap-northeast-2")


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        ({"agreementAvailability": {"status": "NOT_AVAILABLE"}}, "an agreement"),
        ({"authorizationStatus": "NOT_AUTHORIZED"}, "authorization"),
        ({"entitlementAvailability": "NOT_AVAILABLE"}, "an entitlement"),
    ],
)
def test_a_model_without_access_is_missing(
    aws: PlayedAws, lacks: dict[str, object], words: str
) -> None:
    """Else the first upload finds out."""
    _offers(aws)
    _access(aws, **lacks)
    model, _ = _checks()

    assert model.ask(aws.account) == Missing(
        f"the account lacks {words}",
        f"ask for access to {_MODEL} in Bedrock's console in ap-northeast-2",
    )


def test_a_profile_that_the_region_lacks_is_missing(aws: PlayedAws) -> None:
    """It says how to see those that there are."""
    aws.refuses("bedrock", "get_inference_profile", "ResourceNotFoundException")
    model, _ = _checks()

    assert model.ask(aws.account) == Missing(
        "ap-northeast-2 has no such profile",
        "aws bedrock list-inference-profiles --region ap-northeast-2",
    )


def test_transcribe_that_answers_is_ready(aws: PlayedAws) -> None:
    """Its list of jobs may be empty."""
    aws.answers("transcribe", "list_transcription_jobs", {}, {"MaxResults": 1})
    _, transcribe = _checks()

    assert transcribe.title == "Transcribe in ap-northeast-2"
    assert transcribe.ask(aws.account) == Ready("it answers")


def test_a_region_without_transcribe_is_missing(
    aws: PlayedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no address to ask."""

    def nowhere(*_: object) -> object:
        raise EndpointConnectionError(endpoint_url="https://transcribe")

    monkeypatch.setattr(Account, "client", nowhere)
    _, transcribe = _checks()

    assert transcribe.ask(aws.account) == Missing(
        "there is none in ap-northeast-2", "choose a region that Transcribe has an endpoint in"
    )
