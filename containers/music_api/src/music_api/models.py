"""What the API takes and answers, as its OpenAPI document describes it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from music_api.ids import ID_PATTERN

RESULTS = (1, 2, 3, 4)
RunId = Annotated[str, Field(pattern=f"^{ID_PATTERN}$")]
ResultNumber = Annotated[int, Field(ge=1, le=4, description="Which of the four results")]


class State(StrEnum):
    """How a run stands."""

    UPLOADING = "uploading"
    """The video is not there yet."""

    WAITING = "waiting"
    """The video is there, and no step has begun."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """At least one step failed; results of the others may be there all the same."""

    STOPPED = "stopped"
    """Somebody has stopped it."""


class StepState(StrEnum):
    """How a step of a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class NewRun(BaseModel):
    """A video that is to be uploaded."""

    model_config = ConfigDict(extra="forbid", strict=True)

    filename: Annotated[str, Field(min_length=1, max_length=1000)]
    bytes: Annotated[int, Field(ge=1, description="The video's exact size, which is signed")]
    content_type: Annotated[
        str, Field(pattern=r"^video/[A-Za-z0-9.+-]{1,60}$|^application/octet-stream$")
    ] = "application/octet-stream"


class Upload(BaseModel):
    """The one request that uploads the video; the run starts by itself when it is done."""

    method: Literal["PUT"] = "PUT"
    url: str
    headers: Annotated[
        dict[str, str],
        Field(description="To be sent as they are; Content-Length is signed as well"),
    ]


class CreatedRun(BaseModel):
    """A run that waits for its video."""

    id: RunId
    upload: Upload
    expires: Annotated[datetime, Field(description="By then the upload must have begun")]


class RunAgain(BaseModel):
    """The run that a failed one was begun again as, with a copy of its video."""

    id: RunId


class Step(BaseModel):
    """One step of a run."""

    name: Literal["listen", "compose"]
    result: Annotated[int | None, Field(description="Which result it makes; null for listen")] = (
        None
    )
    state: StepState = StepState.WAITING
    reason: Annotated[str | None, Field(description="Why it failed, in a sentence")] = None
    started: datetime | None = None
    ended: datetime | None = None


class Run(BaseModel):
    """One upload and what became of it."""

    id: RunId
    filename: str
    bytes: int
    created: datetime
    state: State
    reason: Annotated[
        str | None, Field(description="Why it failed or what holds it up, in a sentence")
    ] = None
    progress: Annotated[float, Field(ge=0, le=1)]
    steps: Annotated[list[Step], Field(description="listen, then compose 1 to 4")]
    results: Annotated[list[ResultNumber], Field(description="Those that can be had already")]
    choice: ResultNumber | None = None
    ended: datetime | None = None


class RunPage(BaseModel):
    """Some of one's own runs, newest first."""

    runs: list[Run]
    next: Annotated[
        str | None, Field(description="The cursor of the next page; null on the last")
    ] = None


class Result(BaseModel):
    """Where one result is; the URLs open it for whoever has them, until they expire."""

    result: ResultNumber
    video: str
    download: Annotated[str, Field(description="The video, for saving under a good name")]
    music: Annotated[str | None, Field(description="The music alone, as FLAC")]
    peaks: Annotated[
        str, Field(description="JSON: seed, seconds, emotions, peaks (256 numbers from 0 to 1)")
    ]


class Results(BaseModel):
    """The results that there are."""

    results: list[Result]
    expires: datetime


class Choice(BaseModel):
    """The result that a person has chosen."""

    model_config = ConfigDict(extra="forbid", strict=True)

    result: ResultNumber


class Me(BaseModel):
    """Who asks, and what they may."""

    name: Annotated[str | None, Field(description="Name or address, if the provider tells it")]
    most_bytes: Annotated[int, Field(description="How large a video may be")]
    open_runs: Annotated[int, Field(description="How many runs may be open at once")]


class Health(BaseModel):
    """The process can do what was asked."""

    status: Literal["healthy"] = "healthy"


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: Annotated[str, Field(description="The status in words")]
    status: int
    detail: Annotated[str, Field(description="One sentence for the person")]
