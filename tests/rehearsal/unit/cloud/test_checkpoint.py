"""What an emulator keeps goes to another one, with the other's addresses."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal.cloud import emulator
from rehearsal.cloud.checkpoint import Addresses
from rehearsal.cloud.emulator import Emulator, EmulatorError

_REGION = "eu-west-1"
_OLD = Addresses(
    emulator=40001,
    clusters={"a": 40002},
    databases={"d": "127.101.102.1"},
    caches={"c": "127.103.104.1"},
)


def test_each_address_becomes_the_new_one() -> None:
    """All at once: a new address that was another's old one is not replaced again."""
    new = replace(
        _OLD,
        emulator=40002,
        clusters={"a": 40003},
        databases={"d": "127.201.202.1"},
        caches={"c": "127.203.204.1"},
    )
    text = b"http://127.0.0.1:40001/q https://127.0.0.1:40002 127.101.102.1:5432 127.103.104.1:6379"

    assert _OLD.rewriting(new)(text) == (
        b"http://127.0.0.1:40002/q https://127.0.0.1:40003 127.201.202.1:5432 127.203.204.1:6379"
    )
    assert _OLD.rewriting(new)(b"127.0.0.1:400019") == b"127.0.0.1:400019"


def test_addresses_of_another_length_are_refused() -> None:
    """The lengths of texts are part of what is saved."""
    with pytest.raises(ValueError, match="longer or shorter"):
        _OLD.rewriting(replace(_OLD, emulator=4000))


def test_another_emulator_goes_on_with_what_was_saved(cloud: Emulator, tmp_path: Path) -> None:
    """Queues name the other's port; a large object is the same, and is saved once."""
    content = os.urandom(1 << 20)
    sqs, s3 = cloud.client("sqs", _REGION), cloud.client("s3", _REGION)
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="waiting")
    s3.create_bucket(Bucket="assets", CreateBucketConfiguration={"LocationConstraint": _REGION})
    for key in ("one", "two"):
        s3.put_object(Bucket="assets", Key=key, Body=content)

    cloud.save(tmp_path / "saved")

    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "seed").write_text("1")
    other = emulator.start(tmp_path / "run", Path("no-tools"))
    try:
        other.restore(tmp_path / "saved")
        sqs, s3 = other.client("sqs", _REGION), other.client("s3", _REGION)
        moved = sqs.get_queue_url(QueueName="work")["QueueUrl"]
        (message,) = sqs.receive_message(QueueUrl=moved)["Messages"]
        assert moved == url.replace(str(cloud.port), str(other.port))
        assert message["Body"] == "waiting"
        assert s3.get_object(Bucket="assets", Key="two")["Body"].read() == content
    finally:
        emulator.stop(other.directory)
    large = [file for file in (tmp_path / "saved" / "stores").iterdir() if file.name != "stores"]
    assert [file.read_bytes() for file in large] == [content]


def test_what_is_no_checkpoint_is_not_restored(cloud: Emulator, tmp_path: Path) -> None:
    """The command is told in one sentence."""
    with pytest.raises(EmulatorError, match="No such file"):
        cloud.restore(tmp_path)
