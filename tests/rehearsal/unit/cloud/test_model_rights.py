"""Who may ask a language model."""

import pytest
from botocore.exceptions import ClientError

from rehearsal.cloud.emulator import Emulator

from .roles import REGION, acting_as, role

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
