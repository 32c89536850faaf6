"""`aws`: lets the server run the command, with these arguments, environment and files.

Runs as a file of its own: nothing but the standard library here, and as little as can be.
"""

import marshal
import os
import socket
import sys

SOCKET = "aws.sock"
SIZE_BYTES = 8


def main() -> int:
    """Return the exit code of the command; 1 if the server was lost."""
    _, place, *arguments = sys.argv
    request = marshal.dumps((arguments, dict(os.environ), os.getcwd()))  # noqa: PTH109 - pathlib is a start of its own
    # A socket's path may have 107 bytes; its name alone always fits.
    os.chdir(place)
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(SOCKET)
        socket.send_fds(server, [len(request).to_bytes(SIZE_BYTES, "big")], [0, 1, 2])
        server.sendall(request)
        code = server.recv(1)
    return code[0] if code else 1


if __name__ == "__main__":
    sys.exit(main())
