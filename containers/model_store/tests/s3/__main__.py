"""The command line: `python -m containers.model_store.tests.s3 --root DIR --bucket NAME`."""

import argparse
import signal
from pathlib import Path

from containers.model_store.tests.s3.server import Server
from containers.model_store.tests.s3.serving import Pace


def main() -> None:
    """Serve a directory until SIGINT or SIGTERM; the first line printed is the URL."""
    asked = _parse()
    pace = Pace(
        first_byte_ms=asked.first_byte_ms,
        connection_mb=asked.connection_mb,
        total_mb=asked.total_mb,
    )
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # the server's threads inherit this
    with Server(
        asked.root, bucket=asked.bucket, versioned=asked.versioned, tls=asked.tls, pace=pace
    ) as server:
        print(server.url, flush=True)
        if asked.tls:
            print(server.certificate, flush=True)
        signal.sigwait(ends)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True, help="the objects, as files")
    parser.add_argument("--bucket", required=True)
    parser.add_argument("--versioned", action="store_true", help="keep replaced objects")
    parser.add_argument("--tls", action="store_true", help="the second line is the certificate")
    parser.add_argument("--first-byte-ms", type=float, default=0, metavar="MS")
    parser.add_argument("--connection-mb", type=float, default=0, metavar="MB_PER_SECOND")
    parser.add_argument("--total-mb", type=float, default=0, metavar="MB_PER_SECOND")
    return parser.parse_args()


if __name__ == "__main__":
    main()
