"""The emulator with a played Transcribe and a played language model, in a process of its own.

Both take their lines from the upload: its content says what is heard in the video, and what is
heard says what the model makes of it.
"""

# ruff: noqa: SLF001 - the emulator offers no public joints

import asyncio
import json
import os
import re
import sys
from collections import Counter
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as emulator
from ministack.services import bedrock_runtime, s3, transcribe

from rehearsal.cloud.patches import apply, cloudformation, functions, iam, stepfunctions
from rehearsal.cloud.resources import network

_TRANSCRIPTION_SECONDS = 0.2
_PROBABILITY = re.compile(r"probability ([0-9.]+)")
_BUSY = re.compile(r"busy ([0-9]+)")
_GARBAGE = re.compile(r"garbage ([0-9]+)")

_asked: Counter[str] = Counter()


def speech(media_uri: str, *, redacted: bool = False) -> str:
    """Return what is heard in a video; Transcribe fails over one in which `speech` is missing."""
    assert not redacted
    bucket, key = media_uri.removeprefix("s3://").split("/", 1)
    content: bytes = s3._get_object_data(bucket, key)
    return str(json.loads(content)["speech"])


def answered(transcript: str) -> str | None:
    """Return the model's answer to a transcript, nothing while it is busy."""
    _asked[transcript] += 1
    times = _asked[transcript]
    busy, garbage = (_number(pattern, transcript) for pattern in (_BUSY, _GARBAGE))
    if times <= busy:
        return None
    if times <= busy + garbage:
        return "I would say that this is most likely a scam."
    found = _PROBABILITY.search(transcript)
    assert found, transcript
    return json.dumps({"scam_probability": float(found[1]), "reasoning": "들은 대로"})


def _number(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return int(found[1]) if found else 0


def _play() -> None:
    added = cloudformation.on_threads(cloudformation.additions(network.HANDLERS))
    apply([*added, *functions.PATCHES, *iam.PATCHES, *stepfunctions.PATCHES])
    transcribe._mock_transcript = speech
    transcribe._JOB_RUN_SECONDS = _TRANSCRIPTION_SECONDS
    converse = bedrock_runtime._converse

    def answering(model: str, headers: Any, body: bytes) -> Any:
        question = json.loads(body)["messages"][0]["content"][0]["text"]
        reply = answered(question.split("\n")[2])
        if reply is None:
            return bedrock_runtime._error("ThrottlingException", "Too many requests.", 429)
        bedrock_runtime._mock_reply = lambda *_: reply
        return converse(model, headers, body)

    bedrock_runtime._converse = answering


async def _run(port: str) -> None:
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    await serve(emulator.app, config)
    # A thread of it may wait for the answer of a task, and Python would wait for the thread.
    os._exit(0)


if __name__ == "__main__":
    _play()
    asyncio.run(_run(sys.argv[1]))
