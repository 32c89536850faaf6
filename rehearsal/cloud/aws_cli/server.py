"""`python -m rehearsal.cloud.aws_cli.server DIRECTORY`: runs each command of the CLI in a fork.

DIRECTORY holds the packages of the CLI. The socket is made where the process is started.
"""

import contextlib
import importlib
import io
import marshal
import os
import socket
import socketserver
import sys
from collections.abc import Sequence
from typing import Any

from rehearsal.cloud.aws_cli.client import SIZE_BYTES, SOCKET

_FILES = 3
_SIGNED = ("eks", "get-token", "--cluster-name", "any")
"""A command that asks nobody: running it once imports what the first command would."""


class _Commands(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
    request_queue_size = 128
    variables: dict[str, str]
    """What importing the CLI sets in the environment: where its data lies."""


class _Command(socketserver.BaseRequestHandler):
    request: socket.socket
    server: _Commands

    def handle(self) -> None:
        """Become the command, in a process that is there for nothing else."""
        size, files, _, _ = socket.recv_fds(self.request, SIZE_BYTES, _FILES)
        with self.request.makefile("rb") as stream:
            request = stream.read(int.from_bytes(size, "big"))
        arguments, environment, directory = marshal.loads(request)  # noqa: S302 - from the client
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.environ.clear()
        os.environ.update(self.server.variables | environment)
        os.chdir(directory)
        self.request.sendall(bytes([_run(arguments)]))


def _run(arguments: Sequence[str]) -> int:
    driver: Any = importlib.import_module("awscli.clidriver")
    sys.argv = ["aws", *arguments]
    try:
        code = driver.main()
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    return int(code or 0)


def main() -> None:
    """Answer until the process is ended."""
    sys.path.insert(0, sys.argv[1])
    # It listens first, so that a command in the first second waits for the import.
    with _Commands(SOCKET, _Command) as commands:
        before = set(os.environ)
        with contextlib.redirect_stdout(io.StringIO()):
            _run(_SIGNED)
        commands.variables = {name: os.environ[name] for name in os.environ.keys() - before}
        commands.serve_forever()


if __name__ == "__main__":
    main()
