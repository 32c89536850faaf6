"""What a file holds, as ffprobe says, before anything is decoded."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, Self, TypeVar

from analyzer.failure import Problem, Refused
from analyzer.requests import SUCCESS, AnalysisResponse
from analyzer.settings import Limits
from analyzer.tools import (
    FFPROBE,
    INPUT,
    NO_REASON,
    TimeSpan,
    check_signal,
    first_words,
    number,
    running,
)

_PROBE_SECONDS = 60
"""Of processor time."""

_WANTED = (
    "stream=index,codec_type,width,height,avg_frame_rate,r_frame_rate,channels,duration"
    ":stream_disposition=default,attached_pic:stream_side_data=rotation"
    ":format=format_name,duration"
)
"""Numbers, and words of ffprobe's own: titles can hold anything."""

_GUESSED = {"mp3", "aac"}
"""Where no header says how long it is, ffprobe divides bytes by the first bit rate that it sees."""

_MISSING_SECONDS, _MISSING_SHARE = 0.5, 0.02
"""How much less than it says a stream may be: sound and picture rarely end together."""

_OF_ONE_STREAM = {
    *(Problem.NO_AUDIO_STREAM, Problem.NO_VIDEO_STREAM, Problem.UNSUPPORTED_MEDIA),
}
"""Another stream of the file may be judged all the same."""

ResponseT = TypeVar("ResponseT", bound=AnalysisResponse)


@dataclass(frozen=True, kw_only=True)
class MediaFile:
    """An open file without a name: it is gone when it is closed, however the process ends."""

    descriptor: int

    @property
    def url(self) -> str:
        """How a child that inherits the descriptor opens it."""
        return f"file:/proc/self/fd/{self.descriptor}"

    @property
    def size(self) -> int:
        return os.fstat(self.descriptor).st_size


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One sound track or moving picture, as the container describes it."""

    index: int
    """The same in ffprobe and in ffmpeg."""

    kind: str
    preferred: bool
    """The one that players take."""

    width: int
    height: int
    """As it is shown: a telephone that was held upright says so beside the picture's own size."""

    fps: float
    """0 if the container does not know."""

    channels: int
    seconds: float | None
    """What the container says of this stream, where it says so and does not guess."""

    @classmethod
    def of(cls, found: dict[str, Any], *, guessed: bool) -> Self:
        width, height = _whole(found.get("width")), _whole(found.get("height"))
        if _is_on_its_side(found.get("side_data_list", [])):
            width, height = height, width
        return cls(
            index=found["index"],
            kind=found["codec_type"],
            preferred=bool(found.get("disposition", {}).get("default")),
            width=width,
            height=height,
            fps=_rate(found.get("avg_frame_rate")) or _rate(found.get("r_frame_rate")),
            channels=_whole(found.get("channels")),
            seconds=None if guessed else _seconds(found),
        )

    @property
    def pixels(self) -> int:
        return self.width * self.height

    def missing(self, seconds: float, *, whole: bool) -> str:
        """Say what could not be read: `seconds` were decoded, without a complaint if `whole`."""
        stated = self.seconds or 0.0
        if seconds < stated - max(_MISSING_SECONDS, _MISSING_SHARE * stated):
            return f"; of the {stated:.1f} s that it should last, {seconds:.1f} s could be read"
        return "" if whole else "; not all of it could be read"


@dataclass(frozen=True, kw_only=True)
class Media:
    """Sound and pictures of a file without covers, those first that players take."""

    audio: tuple[Stream, ...]
    video: tuple[Stream, ...]


@contextmanager
def scratch_file() -> Iterator[IO[bytes]]:
    """Make an empty file that has no name, in the directory for temporary files."""
    with tempfile.TemporaryFile() as file:
        yield file


@contextmanager
def local_file(path: Path) -> Iterator[MediaFile]:
    with path.open("rb") as opened:
        yield MediaFile(descriptor=opened.fileno())


def probe(file: MediaFile, limits: Limits) -> Media:
    """Look into a file; raise `Refused` if it is no media, or longer or wider than we take."""
    found = _described(file, limits)
    container = found.get("format", {})
    guessed = container.get("format_name") in _GUESSED
    streams = [
        Stream.of(one, guessed=guessed) for one in found.get("streams", []) if _is_media(one)
    ]
    streams.sort(key=lambda stream: (not stream.preferred, stream.index))
    media = Media(
        audio=tuple(stream for stream in streams if stream.kind == "audio"),
        video=tuple(stream for stream in streams if stream.kind == "video"),
    )
    # A wrong header is no reason to refuse: then the time stamps of its packets are looked at.
    if streams and (_seconds(container) or 0) > limits.media_seconds:
        check_length(_packets_last(file, streams[0], limits), limits)
    for stream in media.video:
        if stream.pixels > limits.pixels:
            sentence = f"the picture has {stream.pixels} pixels: at most {limits.pixels}"
            raise Refused(Problem.TOO_LARGE, sentence)
    return media


def check_length(seconds: float, limits: Limits) -> None:
    """Raise `Refused` if media last longer than we take."""
    if seconds > limits.media_seconds:
        sentence = f"it lasts {seconds:.0f} s: at most {limits.media_seconds:g} s are analysed"
        raise Refused(Problem.TOO_LARGE, sentence)


def judge_one(streams: Sequence[Stream], judge: Callable[[Stream], ResponseT]) -> ResponseT:
    """Judge the first of some streams that can be, and say that there are others.

    If none can be judged, the first answer that says why not is the file's, else the first refusal.
    """
    answers, refusals = [], []
    for stream in streams:
        try:
            answer = judge(stream)
        except Refused as refused:
            if refused.problem not in _OF_ONE_STREAM:
                raise
            refusals.append(refused)
            continue
        if answer.status == SUCCESS:
            return remarked(answer, _and_others(streams))
        answers.append(answer)
    if not answers:
        raise refusals[0]
    return remarked(answers[0], _and_others(streams))


def remarked(answer: ResponseT, remark: str) -> ResponseT:
    """Add to what an answer says."""
    return answer.model_copy(update={"message": answer.message + remark})


def _and_others(streams: Sequence[Stream]) -> str:
    match len(streams) - 1:
        case 0:
            return ""
        case 1:
            return f"; it has another {streams[0].kind} stream, which was not judged"
        case others:
            return f"; it has {others} other {streams[0].kind} streams, which were not judged"


def _described(file: MediaFile, limits: Limits) -> dict[str, Any]:
    with _probing(file, limits, "-show_entries", _WANTED, "-print_format", "json") as output:
        said = output.read()
    found: dict[str, Any] = json.loads(said)
    return found


def _packets_last(file: MediaFile, stream: Stream, limits: Limits) -> float:
    """Return the seconds from a stream's first packet to its last, by their time stamps."""
    wanted = ("-select_streams", str(stream.index), "-show_entries", "packet=pts_time")
    span = TimeSpan()
    with _probing(file, limits, *wanted, "-print_format", "csv=print_section=0") as output:
        for line in output:
            span.take(line.strip(b",\n"))
    return span.seconds


@contextmanager
def _probing(file: MediaFile, limits: Limits, *arguments: str) -> Iterator[IO[bytes]]:
    """Run ffprobe on a file and give what it writes, to be read to its end."""
    with tempfile.TemporaryFile() as words:
        with running(
            FFPROBE,
            ["-v", "error", *arguments, *INPUT, "-i", file.url],
            descriptors=[file.descriptor],
            words=words,
            memory=limits.decoder_bytes,
            cpu_seconds=_PROBE_SECONDS,
        ) as process:
            assert process.stdout is not None  # noqa: S101 - it was opened with a pipe
            yield process.stdout
            code = process.wait()
        check_signal(FFPROBE, code)
        if code:
            reason = first_words(words) or NO_REASON
            sentence = f"it is no audio or video that can be read: {reason}"
            raise Refused(Problem.UNSUPPORTED_MEDIA, sentence)


def _is_media(found: dict[str, Any]) -> bool:
    cover = found.get("disposition", {}).get("attached_pic")
    return found.get("codec_type") in ("audio", "video") and not cover


def _is_on_its_side(side_data: Sequence[dict[str, Any]]) -> bool:
    """Say whether players turn the picture by a quarter, as ffmpeg does before it scales."""
    turned = [number(one.get("rotation")) or 0.0 for one in side_data]
    return any(abs(degrees % 180 - 90) < 1 for degrees in turned)


def _seconds(found: dict[str, Any]) -> float | None:
    return number(found.get("duration"))


def _whole(value: object) -> int:
    return int(number(value) or 0)


def _rate(text: str | None) -> float:
    try:
        return max(0.0, float(Fraction(text or "0")))
    except (ValueError, ZeroDivisionError, OverflowError):
        return 0.0
