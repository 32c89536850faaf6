"""IAM grants that are narrower than the library's own."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from settings.guardian.analyzers import Detector
from settings.guardian.workflow import LanguageModel
from stacks.guardian.uploads import TRANSCRIPTS
from stacks.parts.exceptions import accept, as_nag_spells


def grant_object_read(reader: iam.IGrantable, bucket: s3.IBucket, prefix: str) -> None:
    """Grant s3:GetObject on a prefix, with versions, and s3:ListBucket.

    Without s3:ListBucket the status of a missing key is 403, not 404.
    """
    _grant(
        reader,
        ["s3:GetObject", "s3:GetObjectVersion"],
        bucket.arn_for_objects(f"{prefix}*"),
        reason="each upload has its own key below the prefix",
    )
    _grant(reader, ["s3:ListBucket"], bucket.bucket_arn)


def grant_detector_read(reader: iam.IGrantable, detector: Detector) -> None:
    """Grant s3:GetObject on the one object that a detector is.

    Its bucket is others'. Where that encrypts by a key of KMS, the key's policy has to let the role
    decrypt.
    """
    _grant(
        reader,
        ["s3:GetObject"],
        f"arn:{cdk.Aws.PARTITION}:s3:::{detector.bucket}/{detector.key}",
    )


def grant_upload(writer: iam.IGrantable, bucket: s3.IBucket, prefix: str) -> None:
    _grant(
        writer,
        ["s3:PutObject"],
        bucket.arn_for_objects(f"{prefix}*"),
        reason="each upload has its own key below the prefix",
    )


def grant_transcription(caller: iam.IGrantable, bucket: s3.IBucket, media: str) -> None:
    """Grant transcription jobs, and the S3 access that Transcribe takes from its caller."""
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
    # StartTranscriptionJob has no resource types (service authorization reference).
    _grant(caller, ["transcribe:StartTranscriptionJob"], "*")
    _grant(
        caller,
        ["transcribe:GetTranscriptionJob"],
        _arn("transcribe", "transcription-job/sg-*"),
        reason="each execution has a job of its own",
    )


def grant_model(caller: iam.IGrantable, model: LanguageModel) -> None:
    """Grant bedrock:InvokeModel on one model in every region of its inference profile."""
    profile = _arn("bedrock", f"inference-profile/{model.profile}", region=model.region)
    _grant(caller, ["bedrock:InvokeModel"], profile)
    _grant(
        caller,
        ["bedrock:InvokeModel"],
        f"arn:{cdk.Aws.PARTITION}:bedrock:*::foundation-model/{model.model}",
        # A global profile calls the model by an ARN without a region.
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
    """Add a statement; with a reason, accept cdk-nag's finding on resources with a wildcard."""
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
    """Return the grantee's construct, which is the parent of its policies."""
    if not isinstance(grantee, Construct):
        message = f"{grantee!r} is no construct"
        raise TypeError(message)
    return grantee
