"""Small models, and a bucket that has them as `publish` would have left them."""

import hashlib
from collections.abc import Mapping

from containers.model_store.tests.s3.server import Server
from model_store.content import describe
from model_store.manifest import ManifestFile, ModelManifest

BUCKET = "models"
PREFIX = "a2f-models/"
PART_BYTES = 64 << 10

Models = Mapping[str, bytes]
"""The files of one version by their paths."""


def models(seed: int, *, scale: int = 1) -> Models:
    """Give 8 MB, or a fraction, in the shape of the real ones: one large, some, many, one empty."""
    sizes = {
        "multi-diffusion/network.onnx": 5_000_003,
        "multi-diffusion/config.json": 0,
        "multi-diffusion/model.json": 1_268,
        "a23/network.onnx": 1_500_000,
        "a23/model_data.npz": 16 * PART_BYTES,
        **{f"a23/skin/bs_{number:02}.npz": 9_000 + number for number in range(20)},
    }
    return {path: content(f"{seed} {path}", size // scale) for path, size in sizes.items()}


def content(name: str, size: int) -> bytes:
    return hashlib.shake_128(name.encode()).digest(size)


def store(server: Server, files: Models, *, part_bytes: int = PART_BYTES) -> ModelManifest:
    """Put a version into the bucket as `publish` does: the files, then the manifest."""
    described = []
    for path, data in files.items():
        put(server, path, data)
        stored = server.objects.find(PREFIX + path)
        size, sha256, parts = describe(stored.path, part_bytes)
        file = ManifestFile(
            path=path,
            size=size,
            sha256=sha256,
            parts=parts,
            etag=stored.etag,
            version_id=stored.identity if server.objects.versioned else "null",
        )
        described.append(file)
    manifest = ModelManifest(part_bytes=part_bytes, files=tuple(described))
    put(server, manifest_path(manifest.version), manifest.to_json().encode())
    return manifest


def manifest_path(version: str) -> str:
    return f"manifests/{version}.json"


def put(server: Server, path: str, data: bytes) -> None:
    """Put an object below the prefix, in place of the one that may be there."""
    staged = server.objects.staging()
    staged.write_bytes(data)
    server.objects.publish(PREFIX + path, staged, {})


FIRST = models(1)
SECOND = models(2)
"""Has the same paths as the first, and no byte in common but by chance."""
