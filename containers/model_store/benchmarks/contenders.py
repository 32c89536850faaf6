"""The compared programs and their commands."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from containers.model_store.benchmarks.programs import MODEL_STORE, ROOT, InstalledRivals
from containers.model_store.benchmarks.server import BUCKET, PREFIX, Endpoint

OURS = "model store"
S5CMD = "s5cmd"
S5CMD_BEST = "s5cmd, best settings"
S5CMD_CHECKED = "s5cmd, best settings, then SHA-256"
AWS = "aws s3 sync"
AWS_CRT = "aws s3 sync, crt"
WRITES = "writes alone"
READS = "reads alone"

S5CMD_BEST_SETTINGS = ("--concurrency", "16", "--part-size", "8")
"""Connections for each object, MiB of each part.

On two cores, S3-like into memory, 1 GB, median of 3: 5/50 (its own) 0.42 GB/s, 8/8 0.66, 16/5 0.67,
16/8 0.69, 16/16 0.65, 32/8 0.64, 64/8 0.63. With 2 GB, 10/8 and 12/16 were as good as 16/8 within
5 %; --numworkers of 4 or 16 instead of 256 gained nothing.
"""


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A program whose last argument is the directory that it fills."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]


def model_store_environment(
    programs: InstalledRivals, endpoint: Endpoint, home: Path
) -> dict[str, str]:
    """Let the model store run from its source, with exactly the modules of its own lock file."""
    modules = f"{MODEL_STORE / 'src'}:{programs.own_modules}"
    return {**endpoint.environment(home), "PYTHONPATH": modules}


def pull_command(version: str) -> tuple[str, ...]:
    """Ask for one version; the destination follows."""
    return (
        *(sys.executable, "-m", "model_store", "pull", "--bucket", BUCKET, "--prefix", PREFIX),
        *("--version", version, "--destination"),
    )


def contenders(
    programs: InstalledRivals, endpoint: Endpoint, version: str, *, served: Path, home: Path
) -> tuple[Contender, ...]:
    """Ours and the rivals, all against the same server, which serves a directory."""
    environment = endpoint.environment(home)
    crt = home / "crt-config"
    crt.write_text("[default]\ns3 =\n    preferred_transfer_client = crt\n")
    s5cmd, everything = str(programs.s5cmd), f"s3://{BUCKET}/{PREFIX}*"
    best = Contender(
        name=S5CMD_BEST,
        command=(s5cmd, "cp", *S5CMD_BEST_SETTINGS, everything),
        environment=environment,
    )
    sync = (str(programs.aws), "s3", "sync", "--only-show-errors", f"s3://{BUCKET}/{PREFIX}")
    return (
        Contender(
            name=OURS,
            command=pull_command(version),
            environment=model_store_environment(programs, endpoint, home),
        ),
        Contender(name=S5CMD, command=(s5cmd, "cp", everything), environment=environment),
        best,
        _checked(best, _sums(served, version, home)),
        Contender(name=AWS, command=sync, environment=environment),
        Contender(
            name=AWS_CRT,
            command=sync,
            environment={**environment, "AWS_CONFIG_FILE": str(crt)},
        ),
    )


def _checked(contender: Contender, sums: Path) -> Contender:
    """Let a program verify what it downloaded, as ours does: the same work."""
    return _module(
        S5CMD_CHECKED,
        *("check", str(sums), *contender.command),
        environment=contender.environment,
    )


def _sums(served: Path, version: str, home: Path) -> Path:
    """Write what the version's manifest says as `sha256sum` would."""
    manifest = json.loads((served / PREFIX / "manifests" / f"{version}.json").read_text())
    sums = home / "SHA256SUMS"
    sums.write_text("".join(f"{file['sha256']}  {file['path']}\n" for file in manifest["files"]))
    return sums


def writes_alone(source: Path) -> Contender:
    """Write as many files of the same sizes, one after another, and make them durable."""
    return _module(WRITES, "write", str(source))


def reads_alone(source: Path, endpoint: Endpoint, home: Path, connections: int = 16) -> Contender:
    """Read the same objects and throw the bytes away."""
    return _module(
        READS,
        *("read", str(source), endpoint.url, f"{BUCKET}/{PREFIX}", str(connections)),
        environment=endpoint.environment(home),
    )


def _module(name: str, *arguments: str, environment: dict[str, str] | None = None) -> Contender:
    module, *rest = arguments
    return Contender(
        name=name,
        command=(sys.executable, "-m", f"containers.model_store.benchmarks.{module}", *rest),
        environment={**(environment or {}), "PYTHONPATH": str(ROOT)},
    )
