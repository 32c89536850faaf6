"""Stand-in images: what the emulator's ECR holds instead of images that were not built.

A stand-in is an OCI manifest without layers. Its annotations tell the played kubelet how the
container behaves. It is held under the digest that the templates name, whatever its own is: an
image of a real registry is not on this machine, and its pods start after the usual time.
"""

import hashlib
import json
import re
from collections.abc import Collection
from typing import Any, Literal, NamedTuple

Behaviour = Literal["crash", "out-of-memory", "never-ready"]

_MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
_EMPTY_TYPE = "application/vnd.oci.empty.v1+json"
_EMPTY = b"{}"


_IN_TEMPLATE = re.compile(r"/([a-z0-9]+(?:[._/-][a-z0-9]+)*)@(sha256:[0-9a-f]{64})")


class PinnedImage(NamedTuple):
    """An image by its repository, without the registry's host, and its digest."""

    repository: str
    digest: str


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
        "artifactType": "application/vnd.rehearsal.standin",
        "config": empty,
        "layers": [empty],
        "annotations": annotations,
    }
    return json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def images_in(template: str) -> set[PinnedImage]:
    """Return the images that the text of a template names by digest."""
    return {PinnedImage(*found) for found in _IN_TEMPLATE.findall(template)}


def push_all(ecr: Any, images: Collection[PinnedImage]) -> None:  # noqa: ANN401 - boto3 has no types
    """Put a stand-in under each digest; what is there already stays."""
    for image in images:
        _put(ecr, image, standin_manifest(image.repository))


def push(ecr: Any, repository: str, behaviour: Behaviour) -> str:  # noqa: ANN401
    """Put a stand-in with this behaviour, for drills, and return its digest."""
    manifest = standin_manifest(repository, behaviour)
    _put(ecr, PinnedImage(repository, digest_of(manifest)), manifest)
    return digest_of(manifest)


def _put(ecr: Any, image: PinnedImage, manifest: bytes) -> None:  # noqa: ANN401
    asked = [{"imageDigest": image.digest}]
    if ecr.batch_get_image(repositoryName=image.repository, imageIds=asked)["images"]:
        return
    ecr.put_image(
        repositoryName=image.repository,
        imageDigest=image.digest,
        imageManifest=manifest.decode(),
        imageManifestMediaType=_MANIFEST_TYPE,
    )
