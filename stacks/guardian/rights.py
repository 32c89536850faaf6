"""Rights that no library method grants as narrowly as the workflow needs them."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from settings.guardian.workflow import LanguageModel
from stacks.guardian.uploads import TRANSCRIPTS
from stacks.parts.exceptions import accept, as_nag_spells


def grant_object_read(reader: iam.IGrantable, bucket: s3.IBucket, prefix: str) -> None:
    """Let somebody read the objects below a prefix, each version, and hear of missing ones."""
    _grant(
        reader,
        ["s3:GetObject", "s3:GetObjectVersion"],
        bucket.arn_for_objects(f"{prefix}*"),
        reason="each upload has its own key below the prefix",
    )
    # Without it S3 answers 403 for an object that is not there.
    _grant(reader, ["s3:ListBucket"], bucket.bucket_arn)


def grant_upload(writer: iam.IGrantable, bucket: s3.IBucket, prefix: str) -> None:
    """Let somebody put objects below a prefix."""
    _grant(
        writer,
        ["s3:PutObject"],
        bucket.arn_for_objects(f"{prefix}*"),
        reason="each upload has its own key below the prefix",
    )


def grant_transcription(caller: iam.IGrantable, bucket: s3.IBucket, media: str) -> None:
    """Let somebody have media transcribed; Transcribe reads and writes with the caller's rights."""
    _grant(
        caller,
        ["s3:GetObject"],
        bucket.arn_for_objects(f"{media}*"),
        reason="each upload has its own key below the prefix",
    )
    _grant(
        caller,
        ["s3:PutObject"],
        bucket.arn_for_objects(f"{TRANSCRIPTS}*"),
        reason="each transcript has its own key below the prefix",
    )
    # The start of a job cannot be limited to a resource (service authorization reference).
    _grant(caller, ["transcribe:StartTranscriptionJob"], "*")
    _grant(
        caller,
        ["transcribe:GetTranscriptionJob"],
        _arn("transcribe", "transcription-job/sg-*"),
        reason="each execution has a job of its own",
    )


def grant_model(caller: iam.IGrantable, model: LanguageModel) -> None:
    """Let somebody ask one model, wherever its inference profile sends the question."""
    profile = _arn("bedrock", f"inference-profile/{model.profile}", region=model.region)
    _grant(caller, ["bedrock:InvokeModel"], profile)
    _grant(
        caller,
        ["bedrock:InvokeModel"],
        f"arn:{cdk.Aws.PARTITION}:bedrock:*::foundation-model/{model.model}",
        # A profile without a geography calls the model by an ARN without a region.
        f"arn:{cdk.Aws.PARTITION}:bedrock:::foundation-model/{model.model}",
        reason="the profile chooses the region; the model is one",
        condition={"StringEquals": {"bedrock:InferenceProfileArn": profile}},
    )


def _grant(
    grantee: iam.IGrantable,
    actions: list[str],
    *resources: str,
    reason: str | None = None,
    condition: dict[str, object] | None = None,
) -> None:
    """Grant, and accept the finding of cdk-nag on resources with a star, if there is a reason."""
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(actions=actions, resources=list(resources), conditions=condition)
    )
    scope = _construct(grantee)
    if reason is not None:
        stack = cdk.Stack.of(scope)
        for resource in resources:
            if "*" in resource:
                accept(scope, "IAM5", f"Resource::{as_nag_spells(stack, resource)}", reason=reason)


def _arn(service: str, resource: str, region: str | None = None) -> str:
    where = region or cdk.Aws.REGION
    return f"arn:{cdk.Aws.PARTITION}:{service}:{where}:{cdk.Aws.ACCOUNT_ID}:{resource}"


def _construct(grantee: iam.IGrantable) -> Construct:
    """Return the construct that was granted something: its policies lie below it."""
    if not isinstance(grantee, Construct):
        message = f"{grantee!r} is no construct"
        raise TypeError(message)
    return grantee
