"""The branch that judges what is said: Transcribe, called natively, then a language model."""

from typing import Any, TypeAlias

from settings.guardian.workflow import Workflow
from stacks.guardian.states import calling, failing, retry
from stacks.guardian.uploads import TRANSCRIPTS

State: TypeAlias = dict[str, Any]

_SERVICE_SECONDS = 60
_TRANSCRIBE_ATTEMPTS = 6
"""With the waits between them, some two minutes: many uploads at once meet the rate of the API."""
NO_SPEECH = "NoSpeech"
"""Said by the function: a fact about the video, which no further attempt changes."""


def context_branch(settings: Workflow) -> State:
    """Return the branch; it ends with the judgement, or as failed with its reason."""
    return {
        "StartAt": "CanBeTranscribed",
        "States": {
            "CanBeTranscribed": {
                "Type": "Choice",
                "Choices": [
                    {
                        "Variable": "$.media_format",
                        "StringEquals": "",
                        "Next": "NotTranscribable",
                    }
                ],
                "Default": "NameTranscription",
            },
            "NotTranscribable": failing(
                Error="Analysis.UnsupportedMedia",
                Cause="Transcribe does not read this kind of video.",
            ),
            "NameTranscription": {
                "Type": "Pass",
                "Parameters": {
                    "job.$": "States.Format('sg-{}', $$.Execution.Name)",
                    "key.$": (
                        f"States.Format('{TRANSCRIPTS}{{}}/{{}}.json',"
                        " $.video_id, $$.Execution.Name)"
                    ),
                    "polls": 0,
                },
                "ResultPath": "$.transcription",
                "Next": "StartTranscription",
            },
            **_transcribing(settings),
            **_judging(settings),
        },
    }


def _transcribing(settings: Workflow) -> State:
    return {
        "StartTranscription": _start(settings),
        "WaitForTranscription": {
            "Type": "Wait",
            "Seconds": settings.transcription.poll_every,
            "Next": "GetTranscription",
        },
        "GetTranscription": {
            **_asking("getTranscriptionJob"),
            "Parameters": {"TranscriptionJobName.$": "$.transcription.job"},
            "ResultPath": "$.answer",
            "Catch": [_caught()],
            "Next": "CountPoll",
        },
        "CountPoll": {
            "Type": "Pass",
            "Parameters": {
                "job.$": "$.transcription.job",
                "key.$": "$.transcription.key",
                "polls.$": "States.MathAdd($.transcription.polls, 1)",
            },
            "ResultPath": "$.transcription",
            "Next": "IsTranscribed",
        },
        "IsTranscribed": _is_transcribed(settings),
        "TranscriptionFailed": {
            "Type": "Pass",
            "Parameters": {
                "status": "failed",
                "failure": {
                    "Error": "Transcribe.Failed",
                    "Cause.$": "$.answer.TranscriptionJob.FailureReason",
                },
            },
            "End": True,
        },
        "TranscriptionLate": failing(
            Error="Transcribe.Timeout",
            Cause=f"Transcribe had no transcript after {settings.transcription.limit} s.",
        ),
    }


def _start(settings: Workflow) -> State:
    begun = "WaitForTranscription"
    return {
        **_asking("startTranscriptionJob"),
        "Parameters": {
            "TranscriptionJobName.$": "$.transcription.job",
            "LanguageCode": settings.transcription.language,
            "MediaFormat.$": "$.media_format",
            "Media": {"MediaFileUri.$": "States.Format('s3://{}/{}', $.s3_bucket, $.s3_key)"},
            "OutputBucketName.$": "$.s3_bucket",
            "OutputKey.$": "$.transcription.key",
        },
        "ResultPath": None,
        "Catch": [
            # The job is named after this execution: an attempt whose answer was lost began it.
            {"ErrorEquals": ["Transcribe.ConflictException"], "ResultPath": None, "Next": begun},
            _caught(),
        ],
        "Next": begun,
    }


def _is_transcribed(settings: Workflow) -> State:
    status = "$.answer.TranscriptionJob.TranscriptionJobStatus"
    return {
        "Type": "Choice",
        "Choices": [
            {"Variable": status, "StringEquals": "COMPLETED", "Next": "TranscribeBedrockAnalysis"},
            {"Variable": status, "StringEquals": "FAILED", "Next": "TranscriptionFailed"},
            {
                "Variable": "$.transcription.polls",
                "NumericGreaterThanEquals": settings.transcription.polls,
                "Next": "TranscriptionLate",
            },
        ],
        "Default": "WaitForTranscription",
    }


def _judging(settings: Workflow) -> State:
    return {
        "TranscribeBedrockAnalysis": {
            **calling(
                "${Context}",
                {
                    "video_id.$": "$.video_id",
                    "s3_bucket.$": "$.s3_bucket",
                    "transcript_key.$": "$.transcription.key",
                },
            ),
            "Retry": [
                {"ErrorEquals": [NO_SPEECH], "MaxAttempts": 0},
                retry("States.ALL", attempts=settings.model.attempts),
            ],
            "Catch": [_caught()],
            "End": True,
        },
        "ContextFailed": failing(),
    }


def _asking(operation: str) -> State:
    """Return a call of Transcribe, tried again when it is busy."""
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:transcribe:{operation}",
        "TimeoutSeconds": _SERVICE_SECONDS,
        "Retry": [
            {
                "ErrorEquals": ["Transcribe.BadRequestException", "Transcribe.ConflictException"],
                "MaxAttempts": 0,
            },
            retry("States.ALL", attempts=_TRANSCRIBE_ATTEMPTS),
        ],
    }


def _caught() -> State:
    return {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "ContextFailed"}
