"""Whether the account may ask the language models, and have speech transcribed."""

from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError, EndpointConnectionError

from plan.model.ai_services import InferenceProfile, models, transcribing
from plan.model.assembly import Assembly
from plan.model.roles import POLICY
from plan.preflight.account import Account
from plan.preflight.verdicts import Check, Missing, Ready, Verdict

_NOT_OFFERED = ("ResourceNotFoundException", "ValidationException")


@dataclass(frozen=True, kw_only=True)
class ModelAllowed:
    """An inference profile of Bedrock, in the region in which it is asked."""

    model: InferenceProfile

    @property
    def title(self) -> str:
        return f"model {self.model.profile}"

    def ask(self, account: Account) -> Verdict:
        """Look whether the region has the profile, and the account access to its model."""
        region = self.model.region
        bedrock = account.client("bedrock", region)
        try:
            bedrock.get_inference_profile(inferenceProfileIdentifier=self.model.profile)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NOT_OFFERED:
                raise
            profiles = f"aws bedrock list-inference-profiles --region {region}"
            return Missing(f"{region} has no such profile", profiles)
        said = bedrock.get_foundation_model_availability(modelId=self.model.model_id)
        lacks = [
            what
            for what, is_there in (
                ("an agreement", said["agreementAvailability"]["status"] == "AVAILABLE"),
                ("authorization", said["authorizationStatus"] == "AUTHORIZED"),
                ("an entitlement", said["entitlementAvailability"] == "AVAILABLE"),
            )
            if not is_there
        ]
        if lacks:
            remedy = f"ask for access to {self.model.model_id} in Bedrock's console in {region}"
            return Missing(f"the account lacks {', '.join(lacks)}", remedy)
        return Ready(f"the account may ask it in {region}")


@dataclass(frozen=True, kw_only=True)
class TranscribeThere:
    """Transcribe in a region."""

    region: str

    @property
    def title(self) -> str:
        return f"Transcribe in {self.region}"

    def ask(self, account: Account) -> Verdict:
        try:
            account.client("transcribe", self.region).list_transcription_jobs(MaxResults=1)
        except EndpointConnectionError:
            remedy = "choose a region that Transcribe has an endpoint in"
            return Missing(f"there is none in {self.region}", remedy)
        return Ready("it answers")


def ai_services(chosen: Assembly) -> Iterator[Check]:
    """Yield a check for each inference profile and region of Transcribe that policies allow."""
    policies = chosen.of_type(POLICY)
    for model in models(chosen, policies):
        yield ModelAllowed(model=model)
    for region in transcribing(chosen, policies):
        yield TranscribeThere(region=region)
