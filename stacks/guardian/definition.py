"""The state machine of an analysis, in Amazon States Language.

CloudFormation replaces what stands in `${}`.
"""

from typing import Any, TypeAlias

from settings.guardian.workflow import Workflow
from stacks.guardian.context_branch import context_branch
from stacks.guardian.states import calling, failing, retry

State: TypeAlias = dict[str, Any]

PERMANENT = (
    "Analysis.BadRequest",
    "Analysis.Forbidden",
    "Analysis.NotFound",
    "Analysis.TooLarge",
    "Analysis.UnsupportedMedia",
    "Analysis.NoAudioStream",
    "Analysis.NoVideoStream",
    "Analysis.Timeout",
)
"""What an analyser says of an upload that it will never be able to analyse."""

ABANDONED = "Analysis.Abandoned"
"""Said of a message that three workers ended over, by the function that reads the dead letters."""

_DATABASE_ATTEMPTS = 8
"""With the waits between them, some three minutes: an RDS failover takes one to two."""

_SAMPLE_RATE = 30
"""One frame of so many is looked at."""


def definition(settings: Workflow) -> State:
    """Return the whole state machine."""
    return {
        "Comment": "From an uploaded video to one row: audio, video and what is said",
        "StartAt": "Begin",
        "States": {
            "Begin": _begin(),
            "IsToBeAnalysed": {
                "Type": "Choice",
                "Choices": [
                    {
                        "Variable": "$.decision",
                        "StringEquals": "analyse",
                        "Next": "ParallelAnalysis",
                    }
                ],
                "Default": "NothingToAnalyse",
            },
            "NothingToAnalyse": {
                "Type": "Succeed",
                "Comment": "A duplicate, superseded, or no acceptable upload: Begin says which",
            },
            "ParallelAnalysis": {
                "Type": "Parallel",
                "Branches": [
                    _analyser_branch("Audio", {}, settings),
                    _analyser_branch("Video", {"sample_rate": _SAMPLE_RATE}, settings),
                    context_branch(settings),
                ],
                "ResultPath": "$.parts",
                "Next": "SaveToDatabase",
            },
            "SaveToDatabase": _save_to_database(),
        },
    }


def _begin() -> State:
    return {
        **calling("${Begin}", {"upload.$": "$.detail", "execution.$": "$$.Execution.Id"}),
        "Retry": _database_retry(),
        "Next": "IsToBeAnalysed",
    }


def _save_to_database() -> State:
    return {
        **calling(
            "${Save}",
            {
                "video_id.$": "$.video_id",
                "execution.$": "$$.Execution.Id",
                "audio.$": "$.parts[0]",
                "video.$": "$.parts[1]",
                "context.$": "$.parts[2]",
            },
        ),
        # No Catch: a result that could not be saved fails the execution, and is alarmed.
        "Retry": _database_retry(),
        "End": True,
    }


def _analyser_branch(name: str, more: State, settings: Workflow) -> State:
    analysis, failed = f"{name}Analysis", f"{name}Failed"
    return {
        "StartAt": analysis,
        "States": {
            analysis: {
                "Type": "Task",
                "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {
                    "QueueUrl": f"${{{name}Queue}}",
                    "MessageBody": {
                        "task_token.$": "$$.Task.Token",
                        "video_id.$": "$.video_id",
                        "s3_bucket.$": "$.s3_bucket",
                        "s3_key.$": "$.s3_key",
                        "s3_version_id.$": "$.s3_version_id",
                        **more,
                    },
                },
                "HeartbeatSeconds": settings.heartbeat,
                "TimeoutSeconds": settings.time_limit,
                "Retry": [
                    {"ErrorEquals": list(PERMANENT), "MaxAttempts": 0},
                    # Each means that several workers or half an hour went already.
                    retry(ABANDONED, "States.HeartbeatTimeout", attempts=1),
                    {"ErrorEquals": ["States.Timeout"], "MaxAttempts": 0},
                    retry("States.ALL", attempts=settings.attempts),
                ],
                "Catch": [
                    {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": failed}
                ],
                "End": True,
            },
            failed: failing(),
        },
    }


def _database_retry() -> list[State]:
    return [retry("States.ALL", attempts=_DATABASE_ATTEMPTS)]
