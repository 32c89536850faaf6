"""What the environment may say."""

import pytest

from analyzer.failure import SettingsError
from analyzer.settings import Settings

_GOOD = {"S3_BUCKET": "uploads-1", "AWS_REGION": "ap-northeast-2"}


def test_the_rest_has_values_of_its_own() -> None:
    """Bucket and region are all that a local run needs."""
    assert Settings.read(_GOOD, port=8001) == Settings(
        bucket="uploads-1",
        prefix="uploads/",
        region="ap-northeast-2",
        queue_url=None,
        host="0.0.0.0",  # noqa: S104 - the value under test
        port=8001,
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("S3_BUCKET", "", "S3_BUCKET is '': it has to be the name of a bucket"),
        ("S3_PREFIX", "uploads", "S3_PREFIX is 'uploads': it has to end with a slash"),
        ("S3_PREFIX", "/uploads/", "S3_PREFIX is '/uploads/': it has to end with a slash"),
        ("AWS_REGION", "Seoul", "AWS_REGION is 'Seoul': it has to be a region"),
        ("QUEUE_URL", "analyses", "QUEUE_URL is 'analyses': it has to be the URL of an SQS"),
        ("PORT", "http", "PORT is 'http': it has to be a number from 1 to 65535"),
        ("PORT", "65536", "PORT is '65536': it has to be a number from 1 to 65535"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(
    name: str, value: str, sentence: str
) -> None:
    """The program does not start with half a configuration."""
    with pytest.raises(SettingsError) as raised:
        Settings.read(_GOOD | {name: value}, port=8000)

    assert str(raised.value).startswith(sentence)
