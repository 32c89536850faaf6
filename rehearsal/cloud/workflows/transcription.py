"""Calls of AWS services that the emulator's state machines lack.

They are made by the emulator itself: what the state machine's role may do is not judged here.
"""

# ruff: noqa: SLF001 - the emulator offers no public joints

import json
import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError
from ministack.services import stepfunctions

from rehearsal.cloud.resources.handler import aws

_TRANSCRIBE = "arn:aws:states:::aws-sdk:transcribe"
_CAPITAL = re.compile("([A-Z])")


def let_workflows_transcribe() -> None:
    """Add the calls of Transcribe."""
    stepfunctions._SERVICE_DISPATCH[_TRANSCRIBE] = _transcribe


def _transcribe(resource: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    operation = _CAPITAL.sub(r"_\1", resource.rpartition(":")[2]).lower()
    try:
        answer = getattr(aws("transcribe"), operation)(**arguments)
    except ClientError as error:
        code = f"Transcribe.{error.response['Error']['Code']}"
        raise stepfunctions._ExecutionError(code, str(error)) from None
    answer.pop("ResponseMetadata")
    # Times are texts in what a state hands on.
    content: dict[str, Any] = json.loads(json.dumps(answer, default=str))
    return content
