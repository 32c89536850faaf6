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
from urllib.parse import unquote

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as emulator
from ministack.core import iam_actions, lambda_runtime
from ministack.core.iam_evaluator import pin_request_origin
from ministack.services import bedrock_runtime, s3, stepfunctions, transcribe

from rehearsal.cloud.guard import ACCOUNT
from rehearsal.cloud.heartbeats import let_heartbeats_run_out
from rehearsal.cloud.resources.network import register_network
from rehearsal.cloud.task_tokens import (
    let_tokens_belong_to_tasks,
    let_tokens_name_their_state_machine,
)
from rehearsal.cloud.workflow_calls import let_workflows_transcribe

_TRANSCRIPTION_SECONDS = 0.2
_PROBABILITY = re.compile(r"probability ([0-9.]+)")
_BUSY = re.compile(r"busy ([0-9]+)")
_GARBAGE = re.compile(r"garbage ([0-9]+)")

_BETWEEN = "\x00"

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


def _name_errors() -> None:
    """Let state machines hear the class of a function's exception, as those of AWS do."""
    invoke, call = lambda_runtime.Worker.invoke, stepfunctions._call_lambda

    def invoking(self: Any, *arguments: Any, **more: Any) -> Any:
        result = invoke(self, *arguments, **more)
        if result.get("status") != "ok" and "trace" in result:
            before = result["trace"].rpartition(result["error"])[0].splitlines()[-1]
            name = before.rstrip(": ").rpartition(".")[2]
            result["error"] = f"{name}{_BETWEEN}{result['error']}"
        return result

    def calling(function: str, event: Any) -> Any:
        try:
            return call(function, event)
        except stepfunctions._ExecutionError as error:
            told = json.loads(error.cause)
            name, found, message = told["errorMessage"].partition(_BETWEEN)
            if not found:
                raise
            told |= {"errorType": name, "errorMessage": message}
            raise stepfunctions._ExecutionError(name, json.dumps(told)) from None

    lambda_runtime.Worker.invoke = invoking
    stepfunctions._call_lambda = calling


def _authorize() -> None:
    """Ask for the rights that Bedrock asks for `converse`."""
    action, resource = iam_actions.extract_iam_action, iam_actions.extract_resource_arn

    def acting(service: str, *arguments: Any, **more: Any) -> Any:
        if service == "bedrock-runtime":
            return "bedrock:InvokeModel"
        return action(service, *arguments, **more)

    def resourced(service: str, method: str, path: str, *arguments: Any, **more: Any) -> Any:
        if service == "bedrock-runtime":
            profile = unquote(path.split("/")[2])
            where = f"{os.environ['AWS_REGION']}:{ACCOUNT}"
            return f"arn:aws:bedrock:{where}:inference-profile/{profile}"
        return resource(service, method, path, *arguments, **more)

    iam_actions.extract_iam_action = acting
    iam_actions.extract_resource_arn = resourced


def _play() -> None:
    _name_errors()
    let_tokens_belong_to_tasks()
    let_tokens_name_their_state_machine()
    let_heartbeats_run_out()
    _authorize()
    register_network()
    transcribe._mock_transcript = speech
    transcribe._JOB_RUN_SECONDS = _TRANSCRIPTION_SECONDS
    let_workflows_transcribe()
    converse = bedrock_runtime._converse

    def answering(model: str, headers: Any, body: bytes) -> Any:
        question = json.loads(body)["messages"][0]["content"][0]["text"]
        reply = answered(question.split("\n")[2])
        if reply is None:
            return bedrock_runtime._error("ThrottlingException", "Too many requests.", 429)
        bedrock_runtime._mock_reply = lambda *_: reply
        return converse(model, headers, body)

    bedrock_runtime._converse = answering
    # Requests pass for TLS, which queue policies insist on; ours never leave the machine.
    emulator.pin_request_origin = lambda address, _secure: pin_request_origin(address, True)  # noqa: FBT003


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
