"""Who builds: Docker where its daemon answers, else buildah, which needs none."""

import hashlib
import os
import shutil
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Protocol

from tools.images.source import CONTAINERS, BuildError, ImageSource

_REGISTRY = "https://registry-1.docker.io/v2/"
_PATIENCE_SECONDS = 5
_LAST_LINES = 15
_SUITE = "trixie"
_RECIPE = (
    "--variant=minbase",
    "--include=ca-certificates,netbase,python-is-python3,python3-pip,tzdata",
    # As in the slim images of Docker's library.
    *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "info", "locale", "man")),
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
)
STAND_IN = f"localhost/python-stand-in:{hashlib.sha256(repr(_RECIPE).encode()).hexdigest()[:12]}"


class Builder(Protocol):
    """Builds an image from its Dockerfile, and writes it into a folder as OCI lays it out."""

    def base(self, wanted: str) -> str:
        """Return the image to begin with: the wanted one, or what stands in for it here."""
        ...

    def build(self, source: ImageSource, base: str) -> str:
        """Build, and return what tells this result from any other."""
        ...

    def write(self, source: ImageSource, layout: Path) -> None: ...


def builder(log: Path) -> Builder:
    """Return whichever builder this machine has."""
    if shutil.which("docker") and _succeeds("docker", "version"):
        return Docker(log)
    if shutil.which("buildah"):
        return Buildah(log)
    message = "neither a Docker daemon nor buildah is here: apt-get install buildah mmdebstrap"
    raise BuildError(message)


class Buildah:
    """Builds without daemon, without a network of its own and without changing the kernel's."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def base(self, wanted: str) -> str:
        if registry_answers():
            return wanted
        if not _succeeds("buildah", "inspect", "--type", "image", STAND_IN):
            self._make_stand_in()
        return STAND_IN

    def build(self, source: ImageSource, base: str) -> str:
        _run(
            self._log,
            *("buildah", "build", "--layers", "--format", "oci", "--platform", "linux/amd64"),
            *("--isolation", "chroot", "--network", "host", "--timestamp", "0"),
            *_described(source, base),
            *("--ignorefile", source.let_through, CONTAINERS),
        )
        return _output(
            "buildah", "inspect", "--type", "image", "--format", "{{.FromImageID}}", source.tag
        )

    def write(self, source: ImageSource, layout: Path) -> None:
        _run(self._log, "buildah", "push", source.tag, f"oci:{layout}:{source.image.tag}")

    def _make_stand_in(self) -> None:
        """Make of the distribution's packages what the wanted base is, but for its own Python."""
        if not shutil.which("mmdebstrap"):
            message = (
                "no registry answers, and a base of packages needs: apt-get install mmdebstrap"
            )
            raise BuildError(message)
        with tempfile.TemporaryDirectory() as scratch:
            root = Path(scratch) / "root.tar"
            _run(
                self._log,
                "mmdebstrap",
                *_RECIPE,
                _SUITE,
                root,
                SOURCE_DATE_EPOCH="0",
            )
            made = _output("buildah", "from", "scratch")
            _run(self._log, "buildah", "add", made, root, "/")
        _run(self._log, "buildah", "config", "--cmd", "python", made)
        _run(self._log, "buildah", "commit", "--rm", "--timestamp", "0", made, STAND_IN)


class Docker:
    """Builds with BuildKit; its containerd image store has to be on, as it is where it is new."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def base(self, wanted: str) -> str:
        return wanted

    def build(self, source: ImageSource, base: str) -> str:
        self._build(source, base, "type=docker")
        return _output("docker", "image", "inspect", "--format", "{{.Id}}", source.tag)

    def write(self, source: ImageSource, layout: Path) -> None:
        self._build(source, source.base, f"type=oci,tar=false,dest={layout}")

    def _build(self, source: ImageSource, base: str, output: str) -> None:
        _run(
            self._log,
            *("docker", "buildx", "build", "--platform", "linux/amd64", "--provenance=false"),
            *("--output", f"{output},rewrite-timestamp=true"),
            *_described(source, base),
            CONTAINERS,
            SOURCE_DATE_EPOCH="0",
        )


def _described(source: ImageSource, base: str) -> list[str | Path]:
    said = [("--build-arg", f"{name}={value}") for name, value in source.arguments(base).items()]
    authorities = ssl.get_default_verify_paths().cafile
    return [
        *("--tag", source.tag, "--file", source.dockerfile),
        *(("--secret", f"id=authorities,src={authorities}") if authorities else ()),
        *(word for pair in said for word in pair),
    ]


def registry_answers() -> bool:
    try:
        urllib.request.urlopen(_REGISTRY, timeout=_PATIENCE_SECONDS)
    except urllib.error.HTTPError as error:
        return error.code == 401  # noqa: PLR2004 - it wants to know who asks
    except OSError:
        return False
    return True


def _run(log: Path, *command: str | Path, **variables: str) -> None:
    with log.open("a") as lines:
        ended = subprocess.run(
            command, stdout=lines, stderr=lines, env={**os.environ, **variables}, check=False
        )
    if ended.returncode:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-_LAST_LINES:])
        message = f"{command[0]} {command[1]} ended with {ended.returncode}; {log} ends so:\n{last}"
        raise BuildError(message)


def _output(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
