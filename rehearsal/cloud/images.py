"""Stand-in images: what the emulator's ECR holds in the place of images that nobody has built.

A stand-in is an OCI manifest without layers. Its annotations tell the played kubelet how the
container behaves; its digest is what the reviewed image file names.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Behaviour = Literal["crash", "out-of-memory", "never-ready"]

_MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
_EMPTY = b"{}"


class ImageFileError(ValueError):
    """The image file cannot be used; the message is one sentence for the user."""


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """One entry of the image file, and whether its image is played.

    An image is played when the digest is not that of a stand-in, but of something real that only
    a real registry has; here its pods start and become ready after the usual time.
    """

    repository: str
    tag: str
    digest: str

    @property
    def is_real(self) -> bool:
        """Whether the reviewed digest is of an image that this machine does not have."""
        return self.digest != digest_of(standin_manifest(self.repository))


def standin_manifest(
    repository: str, behaviour: Behaviour | None = None, startup_seconds: float | None = None
) -> bytes:
    """Return the manifest of a stand-in, the same bytes for the same arguments."""
    annotations = {"org.opencontainers.image.title": repository}
    if behaviour:
        annotations["rehearsal/behaviour"] = behaviour
    if startup_seconds is not None:
        annotations["rehearsal/startup-seconds"] = f"{startup_seconds:g}"
    empty = {
        "mediaType": _EMPTY_TYPE,
        "digest": digest_of(_EMPTY),
        "size": len(_EMPTY),
    }
    manifest = {
        "schemaVersion": 2,
        "mediaType": _MANIFEST_TYPE,
        "artifactType": "application/vnd.avadot.rehearsal",
        "config": empty,
        "layers": [empty],
        "annotations": annotations,
    }
    return json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()


def digest_of(content: bytes) -> str:
    """Return the digest by which a registry names content."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def read_image_file(path: Path) -> list[Pushed]:
    """Read the reviewed image file; raise `ImageFileError` if it is missing or not right."""
    try:
        entries: Mapping[str, Mapping[str, str]] = json.loads(path.read_text())
        return [
            Pushed(repository=one["repository"], tag=one["tag"], digest=one["digest"])
            for one in entries.values()
        ]
    except FileNotFoundError:
        message = f"image file {str(path)!r} does not exist: name the file that pins the images"
        raise ImageFileError(message) from None
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        message = (
            f"image file {str(path)!r} is not right ({error!r}): "
            "each entry needs repository, tag and digest"
        )
        raise ImageFileError(message) from None


def push_all(ecr: Any, images: Sequence[Pushed]) -> None:  # noqa: ANN401 - boto3 ships no types
    """Put a stand-in under each digest of the image file; what is there already stays."""
    for image in images:
        _put(ecr, image.repository, image.tag, image.digest, standin_manifest(image.repository))


def push(ecr: Any, repository: str, tag: str, behaviour: Behaviour | None = None) -> str:  # noqa: ANN401
    """Put a stand-in that behaves in a way, for drills, and return its digest."""
    manifest = standin_manifest(repository, behaviour)
    _put(ecr, repository, tag, digest_of(manifest), manifest)
    return digest_of(manifest)


def _put(ecr: Any, repository: str, tag: str, digest: str, manifest: bytes) -> None:  # noqa: ANN401
    found = ecr.batch_get_image(repositoryName=repository, imageIds=[{"imageDigest": digest}])
    if found["images"]:
        return
    try:
        ecr.put_image(
            repositoryName=repository,
            imageTag=tag,
            imageDigest=digest,
            imageManifest=manifest.decode(),
            imageManifestMediaType=_MANIFEST_TYPE,
        )
    except ecr.exceptions.ImageTagAlreadyExistsException:
        message = (
            f"image {repository}:{tag} is in the registry with another digest: "
            "tags do not move, so name a new one (or start afresh with `make down`)"
        )
        raise ImageFileError(message) from None
