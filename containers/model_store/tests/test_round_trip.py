"""From a directory of models to a volume, by the program's own command line."""

import re
from pathlib import Path

import pytest

from containers.model_store.tests.examples import BUCKET, PREFIX, content
from containers.model_store.tests.pods import IMPATIENT, Volume, ended, started
from containers.model_store.tests.publishing import to_publish, write_models
from containers.model_store.tests.s3.server import Server
from containers.model_store.tests.upgrades import Upgrade
from model_store.failure import ExitCode

_LARGE = 20 << 20
"""Three parts of 8 MiB, the last one not full."""


@pytest.mark.parametrize("versioned", [True, False])
def test_what_is_published_is_what_a_pod_gets(
    server: Server, volume: Volume, tmp_path: Path, *, versioned: bool
) -> None:
    """Large, small and empty files, in a bucket that keeps versions and in one that does not."""
    server.objects.versioned = versioned
    directory = write_models(tmp_path / "models", "multi-diffusion", "a23")
    (directory / "multi-diffusion" / "bs_skin.npz").write_bytes(content("large", _LARGE))
    run = ended(started(server, "publish", str(directory), f"s3://{BUCKET}/{PREFIX}"))
    assert (run.code, run.errors) == (0, "")
    [version] = re.findall("published version ([0-9a-f]{64})", run.output)
    run = volume.pull(version)
    assert (run.code, run.errors) == (0, "")
    assert volume.has(version, to_publish(directory))


def test_an_authority_of_our_own_is_trusted_when_it_is_named(pulled: Path, tmp_path: Path) -> None:
    """One variable is enough for both ways to S3, that of boto3 and that of the models."""
    (tmp_path / "bucket").mkdir()
    with Server(tmp_path / "bucket", bucket=BUCKET, versioned=True, tls=True) as server:
        upgrade = Upgrade.prepared(server, pulled, tmp_path / "volume")
        run = upgrade.pull(program=IMPATIENT)
        upgrade.refused(run, ExitCode.UNAVAILABLE, "certificate")
        upgrade.succeeds(upgrade.pull(AWS_CA_BUNDLE=str(server.certificate)))
