"""What the environment may say, read once."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Self

from exporter.failure import SettingsError

_PORTS = range(1, 65536)
_URL = re.compile(r"https?://[\w.-]+(:\d+)?(/\S*)?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Where HTTP is answered."""

    host: str
    port: int

    @classmethod
    def read(cls, environment: Mapping[str, str], *, port: int) -> Self:
        """Take `HOST` and `PORT`; `port` is the program's own."""
        return cls(
            host=environment.get("HOST") or "0.0.0.0",  # noqa: S104 - pods are asked from outside
            port=port_of(environment, "PORT", port),
        )


def port_of(environment: Mapping[str, str], name: str, usual: int) -> int:
    """Read a port; without one it is the usual."""
    value = environment.get(name) or str(usual)
    if not value.isdecimal() or int(value) not in _PORTS:
        refuse(name, value, "a number from 1 to 65535")
    return int(value)


def url_of(environment: Mapping[str, str], name: str) -> str:
    """Read the URL of an HTTP server, without a slash at its end."""
    value = environment.get(name, "")
    if not _URL.fullmatch(value):
        refuse(name, value, "a URL as http://prometheus:9090")
    return value.rstrip("/")


def text_of(path: Path, name: str) -> str:
    """Read a file that a variable names."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        refuse(name, str(path), f"a file ({error.strerror})", error)
    except UnicodeDecodeError as error:
        refuse(name, str(path), "a file of UTF-8 text", error)


def json_of(path: Path, name: str) -> dict[str, Any]:
    """Read a file that a variable names, and that holds a JSON object."""
    try:
        document = json.loads(text_of(path, name))
    except json.JSONDecodeError as error:
        refuse(name, str(path), f"a file of JSON ({error})", error)
    if not isinstance(document, dict):
        refuse(name, str(path), "a file with a JSON object")
    return document


def refuse(name: str, value: object, wanted: str, cause: Exception | None = None) -> NoReturn:
    """Say in one sentence which value cannot be, and what would be right."""
    sentence = f"{name} is {value!r}: it has to be {wanted}"
    raise SettingsError(sentence) from cause
