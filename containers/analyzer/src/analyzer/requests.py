"""Requests, and what every response has."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class AnalysisRequest(BaseModel):
    """An object in S3 to analyse."""

    model_config = ConfigDict(extra="forbid", strict=True)

    s3_bucket: Annotated[str, Field(min_length=1, max_length=63)]
    s3_key: Annotated[str, Field(min_length=1, max_length=1024)]
    s3_version_id: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    """The version that was uploaded; without it, the newest."""


class ModelInfo(BaseModel):
    """The model that gave the result, so that it can be understood later."""

    name: str
    version: str
    note: str


class DetectorFinding(BaseModel):
    """What a trained detector says."""

    sha256: str
    """Of the model's file."""

    probability: float
    asked: int
    """How many times, of which the probability is the mean."""


SUCCESS: Literal["success"] = "success"
NOT_JUDGED: Literal["not_judged"] = "not_judged"


class AnalysisResponse(BaseModel):
    """What every response has."""

    status: Literal["success", "not_judged"] = SUCCESS
    """`not_judged`: the file was analysed, but says too little for a probability."""

    message: str
    """What was found; if it was not judged, the reason."""

    model: ModelInfo

    detector: Annotated[
        DetectorFinding | None, Field(exclude_if=lambda finding: finding is None)
    ] = None
    """There only if there is one, and it was asked."""


def one_sentence(errors: Sequence[Mapping[str, Any]]) -> str:
    """Say the first thing that is wrong with a request."""
    first = errors[0]
    field = ".".join(str(part) for part in first["loc"] if part != "body")
    return f"{field or 'the body'}: {first['msg']}"
