"""Programs asked about files of this machine."""

from pathlib import Path
from typing import Any

import pytest

from analyzer.failure import Refused
from analyzer.media import local_file
from analyzer.runtime import AnalysisProgram, Deadline, RequestT
from analyzer.settings import Limits


def ask(
    program: AnalysisProgram[RequestT],
    path: Path,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    seconds: float = 60,
    **fields: Any,
) -> dict[str, Any]:
    asked = {"s3_bucket": "bucket", "s3_key": "uploads/key"} | fields
    request = program.request.model_validate(asked)
    with local_file(path) as file:
        answer = program.judge(file, request, limits, Deadline(seconds))
    found: dict[str, Any] = answer.model_dump(mode="json")
    return found


def refusal(
    program: AnalysisProgram[RequestT],
    path: Path,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    seconds: float = 60,
) -> Refused:
    with pytest.raises(Refused) as raised:
        ask(program, path, limits=limits, seconds=seconds)
    return raised.value
