"""A registry that answers the one question the kubelet asks of ECR."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_REGISTRY = "000000000000.dkr.ecr.ap-northeast-2.amazonaws.com"


@dataclass
class FakeRegistry:
    """Images by digest, answered on `endpoint` as ECR's BatchGetImage does."""

    endpoint: str = ""
    manifests: dict[str, str] = field(default_factory=dict)

    def push(self, repository: str, annotations: Mapping[str, str] | None = None) -> str:
        """Hold an image and return its name by digest."""
        manifest = json.dumps({"name": repository, "annotations": dict(annotations or {})})
        digest = f"sha256:{sha256(manifest.encode()).hexdigest()}"
        self.manifests[digest] = manifest
        return f"{_REGISTRY}/{repository}@{digest}"

    def missing(self, repository: str) -> str:
        """Name an image that nobody has pushed."""
        return f"{_REGISTRY}/{repository}@sha256:{'0' * 64}"


@contextmanager
def fake_registry() -> Iterator[FakeRegistry]:
    """Serve a registry on a free port of 127.0.0.1."""
    registry = FakeRegistry()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            digest = question["imageIds"][0]["imageDigest"]
            manifest = registry.manifests.get(digest)
            images = [{"imageManifest": manifest}] if manifest else []
            body = json.dumps({"images": images, "failures": []}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        registry.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield registry
        server.shutdown()
