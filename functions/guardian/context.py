"""Judges what is said in a video: reads its transcript and asks a language model."""

import json
import os
from collections.abc import Mapping
from typing import Any

from botocore import exceptions

from .judgement import SYSTEM, judgement, question
from .runtime import client, log

_SHORTEST = 10
"""Characters below which nothing can be judged."""
_ANSWER_TOKENS = 500
_TEMPERATURE = 0.3
_FINISHED = "end_turn"
_BUSY = {408, 429}
_SERVERS_FAULT = 500
"""HTTP statuses of what passes with time: these, and those from here on."""


class NoSpeech(Exception):  # noqa: N818 - the state machine knows the failure by this name
    """The video holds no speech that could be judged."""


class ModelBusy(Exception):  # noqa: N818 - the state machine knows the failure by this name
    """The model takes no request now: its quota, by the minute, is used up, or it is away."""


class NoAnswer(Exception):  # noqa: N818 - the state machine knows the failure by this name
    """The model did not end its answer."""


def handler(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Return how likely the talk is a scam, in the form of the analysers' output."""
    transcript = _transcript(event["s3_bucket"], event["transcript_key"])
    if len(transcript) < _SHORTEST:
        message = f"The video has no speech: its transcript has {len(transcript)} characters."
        raise NoSpeech(message)
    heard = transcript[: int(os.environ["TRANSCRIPT_CUT"])]
    judged = judgement(_ask(heard))
    log("Judged", video_id=event["video_id"], scam_probability=judged["scam_probability"])
    return {
        "status": "success",
        **judged,
        "transcript_characters": len(transcript),
        "judged_characters": len(heard),
        "model": {
            "name": os.environ["MODEL"],
            "note": "A language model's estimate from the transcript alone, not a proof.",
        },
    }


def _transcript(bucket: str, key: str) -> str:
    body = client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    pieces = json.loads(body)["results"]["transcripts"]
    return " ".join(piece["transcript"] for piece in pieces).strip()


def _ask(transcript: str) -> str:
    """Return the text of the model's response."""
    try:
        response = client("bedrock-runtime", os.environ["MODEL_REGION"]).converse(
            modelId=os.environ["MODEL"],
            system=[{"text": SYSTEM}],
            messages=[{"role": "user", "content": [{"text": question(transcript)}]}],
            inferenceConfig={"maxTokens": _ANSWER_TOKENS, "temperature": _TEMPERATURE},
        )
    except (exceptions.BotoCoreError, exceptions.ClientError) as error:
        if _passes(error):
            message = f"The model cannot be asked now: {error}"
            raise ModelBusy(message) from error
        raise
    if response["stopReason"] != _FINISHED:
        message = f"The model ended its answer for the reason {response['stopReason']!r}."
        raise NoAnswer(message)
    return "".join(block.get("text", "") for block in response["output"]["message"]["content"])


def _passes(error: Exception) -> bool:
    """Say whether the same request can be answered later."""
    if isinstance(error, exceptions.ClientError):
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return status in _BUSY or status >= _SERVERS_FAULT
    return isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)
