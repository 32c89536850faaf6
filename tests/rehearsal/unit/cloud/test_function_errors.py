"""What a caller hears of an exception in a Lambda function."""

import io
import json
import zipfile

import pytest

from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.patches.functions import class_in

from .roles import REGION, role

_PROGRAM = """
class NoSpeech(Exception):
    pass

def handler(event, context):
    raise NoSpeech("nothing\\nwas said")
"""


def test_its_class_is_told(cloud: Emulator) -> None:
    """A state machine retries by it."""
    functions = cloud.client("lambda", REGION)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("program.py", _PROGRAM)
    logs = {"Action": "logs:*", "Resource": "*"}
    functions.create_function(
        FunctionName="silent",
        Runtime="python3.13",
        Handler="program.handler",
        Role=role(cloud, "silent", logs, service="lambda"),
        Code={"ZipFile": archive.getvalue()},
    )

    answer = functions.invoke(FunctionName="silent")

    assert "FunctionError" in answer
    told = json.loads(answer["Payload"].read())
    assert (told["errorType"], told["errorMessage"]) == ("NoSpeech", "nothing\nwas said")


@pytest.mark.parametrize(
    ("last_lines", "message", "name"),
    [
        ("ValueError: too small", "too small", "ValueError"),
        ("package.module.Late: first\nsecond", "first\nsecond", "Late"),
        ("package.Wordless", "", "Wordless"),
        ("KeyError: 'key'", "'key'", "KeyError"),
    ],
)
def test_it_is_read_from_the_end_of_the_log(last_lines: str, message: str, name: str) -> None:
    """With or without a package, of one line, of several, of none."""
    log = f"START\nTraceback (most recent call last):\n  File x\n{last_lines}\n"

    assert class_in(log, message) == name
