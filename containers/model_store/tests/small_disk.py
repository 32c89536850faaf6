"""A file system of a few megabytes, as an ordinary user can have one on Linux."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

_MOUNT = 'mount -t tmpfs -o "size=$0" tmpfs /mnt && echo mounted && exec sleep infinity'


@contextlib.contextmanager
def small_disk(size: int) -> Iterator[Path]:
    """Give an empty directory on a file system of so many bytes; skips the test if not allowed.

    It is mounted in a namespace of its own, where no right is needed; /proc leads there.
    """
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _MOUNT, str(size)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stderr is not None
        try:
            if holder.stdout.readline() != "mounted\n":
                holder.wait()
                pytest.skip(f"no small file system here: {holder.stderr.read().strip()}")
            disk = Path(f"/proc/{holder.pid}/root/mnt")
            assert os.statvfs(disk).f_blocks * os.statvfs(disk).f_frsize <= size + 4096
            yield disk
        finally:
            holder.kill()
