"""The bucket is not what it was, or not there, or not for us."""

import math
import os
from http import HTTPStatus

import pytest

from containers.model_store.tests.examples import (
    PREFIX,
    SECOND,
    content,
    put,
    store,
)
from containers.model_store.tests.pods import IMPATIENT
from containers.model_store.tests.s3.faults import ACCESS_DENIED, Elsewhere, Run, WrongETag
from containers.model_store.tests.s3.server import Server
from containers.model_store.tests.s3.serving import Pace
from containers.model_store.tests.upgrades import Upgrade
from model_store.failure import ExitCode

_MODEL = "multi-diffusion/network.onnx"


def _replace(server: Server) -> None:
    """Put other content of the same size in place of the model, as a new training would."""
    put(server, _MODEL, content("replacement", len(SECOND[_MODEL])))


def test_an_object_replaced_meanwhile_does_not_mix_in(upgrade: Upgrade) -> None:
    """In a bucket with versions the pull goes on with the version that the manifest names."""
    upgrade.server.faults.plan(Run(lambda: _replace(upgrade.server)), key=_MODEL, skip=20)
    upgrade.succeeds(upgrade.pull())


def test_without_versions_a_replaced_object_ends_the_pull(upgrade: Upgrade) -> None:
    """The ETag no longer matches; published again, the version can be had."""
    upgrade.server.objects.versioned = False
    store(upgrade.server, SECOND)
    upgrade.server.faults.plan(Run(lambda: _replace(upgrade.server)), key=_MODEL, skip=20)
    upgrade.refused(upgrade.pull(), ExitCode.REPLACED, _MODEL)
    store(upgrade.server, SECOND)
    upgrade.recovers()


def test_an_object_that_never_was_what_the_manifest_says_is_refused(upgrade: Upgrade) -> None:
    """Version id and ETag are the right ones, and yet the content is another."""
    stored = upgrade.server.objects.find(PREFIX + _MODEL)
    with stored.path.open("r+b") as file:
        file.write(b"another")
    os.utime(stored.path, ns=(stored.modified_ns, stored.modified_ns))
    assert upgrade.server.objects.find(PREFIX + _MODEL) == stored
    upgrade.refused(upgrade.pull(program=IMPATIENT), ExitCode.DAMAGED, _MODEL)


def test_the_hash_decides_and_not_the_etag_of_an_answer(upgrade: Upgrade) -> None:
    """A proxy that makes up its own ETags harms nobody."""
    upgrade.server.faults.plan(WrongETag(), key=_MODEL, times=math.inf)
    upgrade.succeeds(upgrade.pull())


def test_an_object_that_is_gone_is_named(upgrade: Upgrade) -> None:
    """Somebody has deleted it for good, and puts the same object back."""
    stored = upgrade.server.objects.find(PREFIX + _MODEL)
    aside = stored.path.rename(stored.path.with_name("aside"))
    upgrade.refused(upgrade.pull(), ExitCode.NOT_FOUND, _MODEL)
    aside.rename(stored.path)
    upgrade.recovers()


def test_a_bucket_that_does_not_exist_is_named(upgrade: Upgrade) -> None:
    """A wrong name is no reason to try for long."""
    run = upgrade.pull(bucket="no-such-bucket")
    upgrade.refused(run, ExitCode.NOT_FOUND, "no-such-bucket")
    upgrade.recovers()


def test_a_manifest_that_does_not_exist_is_named(upgrade: Upgrade) -> None:
    """A version that was never published."""
    version = "0" * 64
    run = upgrade.volume.pull(version)
    upgrade.refused(run, ExitCode.NOT_FOUND, f"{PREFIX}manifests/{version}.json")


@pytest.mark.parametrize("key", [".json", _MODEL], ids=["manifest", "model"])
def test_without_permission_nothing_is_tried_again(upgrade: Upgrade, key: str) -> None:
    """A role that lacks a right does not get it by asking."""
    upgrade.server.faults.plan(ACCESS_DENIED, key=key, times=math.inf)
    upgrade.refused(upgrade.pull(), ExitCode.NOT_PERMITTED, key, "AccessDenied")
    ranges = [seen.range for seen in upgrade.server.seen if seen.key.endswith(key)]
    assert len(ranges) == len(set(ranges))
    upgrade.recovers()


def test_without_credentials_the_sentence_says_so(upgrade: Upgrade) -> None:
    """The pod has no role."""
    run = upgrade.pull(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    upgrade.refused(run, ExitCode.NOT_PERMITTED, "credentials")
    upgrade.recovers()


def test_credentials_of_another_account_are_refused(upgrade: Upgrade) -> None:
    """S3 does not know the key."""
    upgrade.server.access.access_key = "test"
    run = upgrade.pull(AWS_ACCESS_KEY_ID="stranger")
    upgrade.refused(run, ExitCode.NOT_PERMITTED, "InvalidAccessKeyId")
    upgrade.recovers()


def test_in_the_wrong_region_the_sentence_names_the_right_one(upgrade: Upgrade) -> None:
    """The first request already tells."""
    upgrade.server.access.region = "eu-west-1"
    upgrade.refused(upgrade.pull(), ExitCode.UNAVAILABLE, "AWS_REGION=eu-west-1")
    upgrade.succeeds(upgrade.pull(AWS_REGION="eu-west-1"))


def test_a_redirect_of_a_model_names_the_region_too(upgrade: Upgrade) -> None:
    """The manifest came from a cache, say, and the bucket was made anew elsewhere."""
    upgrade.server.faults.plan(Elsewhere("eu-west-1"), key=_MODEL, times=math.inf)
    upgrade.refused(upgrade.pull(), ExitCode.UNAVAILABLE, "AWS_REGION=eu-west-1")
    upgrade.recovers()


def test_urls_that_expire_in_the_middle_are_made_anew(upgrade: Upgrade) -> None:
    """A slow pull outlives the credentials that signed its first URLs."""
    upgrade.server.access.presigned_seconds = 2
    upgrade.server.pace = Pace(first_byte_ms=300)
    upgrade.succeeds(upgrade.pull())
    assert HTTPStatus.FORBIDDEN in {seen.status for seen in upgrade.server.seen}


def test_a_server_that_takes_every_url_for_expired_is_not_asked_for_ever(upgrade: Upgrade) -> None:
    """The clock of this machine is wrong, or the server's."""
    upgrade.server.access.presigned_seconds = -3600
    upgrade.refused(upgrade.pull(), ExitCode.NOT_PERMITTED, "clock")
    upgrade.server.access.presigned_seconds = None
    upgrade.recovers()
