"""Brings one part after the other into its file: read, hashed and written block by block."""

import hashlib
import os
from collections.abc import Callable

from model_store.failure import ExitCode, Failure
from model_store.transfer.answers import TroubleError
from model_store.transfer.connection import Connection
from model_store.transfer.source import Part, Source
from model_store.transfer.turns import Waiting

_BLOCK_BYTES = 256 << 10
"""Less costs more calls; more does not stay in the processor's cache until it is written."""


class Reader:
    """A connection that is used again for every part, and a buffer that all of them share."""

    _buffer = memoryview(bytearray(_BLOCK_BYTES))

    def __init__(self, *, silence: float, watch: Callable[[int], None]) -> None:
        self._connection = Connection(silence=silence, watch=watch)

    def bring(self, source: Source, part: Part) -> Waiting[None]:
        """Write the part into its file; raises as `Connection.ask`, or for wrong content."""
        try:
            file = os.open(part.target, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError as error:
            raise _unwritable(part, error) from error
        try:
            yield from self._copy(source, part, file)
        except BaseException:
            # What is left of the answer must not be taken for the next one's beginning.
            self._connection.close()
            raise
        finally:
            os.close(file)

    def _copy(self, source: Source, part: Part, file: int) -> Waiting[None]:
        yield from self._connection.ask(source, part)
        sha256 = hashlib.sha256()
        done = 0
        while done < part.size:
            # What it holds is written before another turn begins.
            count = yield from self._connection.receive(self._buffer[: part.size - done])
            if not count:
                reason = f"the connection ended after {done} of {part.size} bytes"
                raise TroubleError(ExitCode.UNAVAILABLE, reason)
            block = self._buffer[:count]
            sha256.update(block)
            _write(part, file, block, part.offset + done)
            done += count
        if sha256.hexdigest() != part.sha256:
            reason = f"the bytes from {part.offset} are not those of this version"
            raise TroubleError(ExitCode.DAMAGED, reason)
        # Linux begins to write these pages to the disk, and does not wait for it. All at the end
        # lasts half as long again, fdatasync here a quarter (1.1 GB to ext4, 16 threads).
        os.posix_fadvise(file, part.offset, part.size, os.POSIX_FADV_DONTNEED)


def _write(part: Part, file: int, block: memoryview, offset: int) -> None:
    written = 0
    try:
        # A disk that is nearly full takes less than it is given.
        while written < len(block):
            written += os.pwrite(file, block[written:], offset + written)
    except OSError as error:
        raise _unwritable(part, error) from error


def _unwritable(part: Part, error: OSError) -> Failure:
    return Failure(ExitCode.DISK, f"cannot write {part.target}: {error.strerror}")
