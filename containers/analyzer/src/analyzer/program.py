"""What a program adds to the library."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from analyzer.deadline import Deadline
from analyzer.media import File
from analyzer.requests import Answer, Request
from analyzer.settings import Limits

RequestT = TypeVar("RequestT", bound=Request)


@dataclass(frozen=True, kw_only=True)
class Program(Generic[RequestT]):
    """One analyser: its name, its port, its questions, its answers, and how it comes to them."""

    name: str
    version: str
    purpose: str
    port: int
    options: tuple[str, ...] = ()
    """Fields of a request, all of them whole numbers, that the command line takes too."""

    request: type[RequestT]
    answer: type[Answer]
    analyze: Callable[[File, RequestT, Limits, Deadline], Answer]
