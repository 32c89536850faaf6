"""The S3-like server of the model store's tests, as a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from containers.model_store.benchmarks.programs import ROOT, BenchmarkError

BUCKET = "models"
PREFIX = "a2f-models/"


@dataclass(frozen=True, kw_only=True)
class Link:
    """What lies between a client and the objects."""

    tls: bool = False
    first_byte_ms: float = 0
    connection_mb: float = 0
    """10^6 bytes a second for each connection; 0 sets no limit."""

    total_mb: float = 0
    """The same for all connections together."""


S3_LIKE = Link(tls=True, first_byte_ms=20, connection_mb=90)
"""S3 within its region: about 20 ms to the first byte, about 90 MB/s on one connection."""

S3_LIKE_5_GBIT = replace(S3_LIKE, total_mb=625)
"""The same for a g4dn.xlarge, on which Audio2Face runs: it may always have 5 Gbit/s.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-network-bandwidth.html
"""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where the S3 server of a benchmark answers, and the authority behind its certificate."""

    url: str
    certificate: Path | None

    def environment(self, home: Path) -> dict[str, str]:
        """Everything the clients find in their environment; nothing of the user's own."""
        trust = (
            {"AWS_CA_BUNDLE": str(self.certificate), "SSL_CERT_FILE": str(self.certificate)}
            if self.certificate
            else {}
        )
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(home),
            "AWS_ACCESS_KEY_ID": "benchmark",
            "AWS_SECRET_ACCESS_KEY": "benchmark",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL_S3": self.url,
            "S3_ENDPOINT_URL": self.url,  # s5cmd's own name for it
            **trust,
        }


@contextmanager
def serving(objects: Path, link: Link) -> Iterator[Endpoint]:
    """Serve a directory as a versioned bucket until the block ends."""
    command = [
        *(sys.executable, "-m", "containers.model_store.tests.s3", "--root", str(objects)),
        *("--bucket", BUCKET, "--versioned", *(["--tls"] if link.tls else [])),
        *("--first-byte-ms", str(link.first_byte_ms), "--connection-mb", str(link.connection_mb)),
        *("--total-mb", str(link.total_mb)),
    ]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for us, who then stop it
    ) as server:
        try:
            said = server.stdout
            if said is None or not (url := said.readline().strip()):
                message = "the S3-like server did not start; what it said stands above"
                raise BenchmarkError(message)
            certificate = Path(said.readline().strip()) if link.tls else None
            yield Endpoint(url=url, certificate=certificate)
        finally:
            server.terminate()
