"""What the caller of a function is told of its exception, and who may call a language model."""

import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.patches.functions import class_in

from .roles import REGION, acting_as, role

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


_PROFILE = "global.anthropic.claude-haiku-4-5-20251001-v1:0"
_QUESTION = [{"role": "user", "content": [{"text": "Is this a scam?"}]}]


def test_a_role_asks_the_profile_that_it_may_invoke_and_no_other(cloud: Emulator) -> None:
    """As on AWS, where there is no right to `converse`."""
    profile = f"arn:aws:bedrock:{REGION}:000000000000:inference-profile/{_PROFILE}"
    invoking = {"Action": "bedrock:InvokeModel", "Resource": profile}
    asker = acting_as(cloud, role(cloud, "asker", invoking), "bedrock-runtime")

    answer = asker.converse(modelId=_PROFILE, messages=_QUESTION)

    assert answer["output"]["message"]["role"] == "assistant"
    with pytest.raises(ClientError, match="not authorized to perform: bedrock:InvokeModel"):
        asker.converse(modelId=_PROFILE.replace("haiku", "opus"), messages=_QUESTION)
