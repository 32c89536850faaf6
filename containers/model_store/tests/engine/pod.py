"""A pod with a GPU, as the jobs see it: a volume with models, NVIDIA's tools, a shared store."""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from containers.model_store.tests.networks import network
from model_store.content import describe
from model_store.engine import provide, share
from model_store.manifest import PART_BYTES, ManifestFile, ModelManifest
from model_store.progress import ByteProgress
from model_store.volume import ModelVolume

_PLAYED = Path(__file__).parent / "played"

STORE = "s3://models/a2f-engines/"

T4 = "Tesla T4, 7.5, 570.172.08, 15360"
A10G = "NVIDIA A10G, 8.6, 570.172.08, 23028"

TRT_INFO = {
    "estimated_trt_builder_time": 150,
    "trt_build_param": {
        "cuda_in_graphics": ["--memPoolSize=tacticSharedMem:0.046875"],
        "batch": [
            "--minShapes=window:1x16000,identity:1x3",
            "--maxShapes=window:{MAX_BATCH_SIZE}x16000,identity:{MAX_BATCH_SIZE}x3",
            "--optShapes=window:{OPT_BATCH_SIZE}x16000,identity:{OPT_BATCH_SIZE}x3",
        ],
    },
    "defaults": {"MAX_BATCH_SIZE": 8, "OPT_BATCH_SIZE": 3},
}
"""As the Training Framework writes it for a diffusion model, with two of its five inputs."""


def model(seed: str) -> dict[str, bytes]:
    """Give the files of a model, as far as engines are concerned."""
    return {
        "model.json": json.dumps({"networkPath": "network.trt"}).encode(),
        "network.onnx": network(f"ONNX {seed}"),
        "trt_info.json": json.dumps(TRT_INFO).encode(),
    }


BOTH = {
    f"{name}/{path}": content
    for name in ("a23", "multi-diffusion")
    for path, content in model(name).items()
}
"""The models of the seed."""

ONE = {f"a23/{path}": content for path, content in model("a23").items()}


def with_weights(weights: bytes) -> dict[str, bytes]:
    """Give the one model as PyTorch writes it: its ONNX file is the same, whatever it weighs."""
    beside = "network.onnx.data"
    return {**ONE, "a23/network.onnx": network("a23", beside), f"a23/{beside}": weights}


@dataclass(frozen=True)
class Pod:
    """One pod; what it plays can be changed with `plays`."""

    home: Path
    server_url: str

    @classmethod
    def start(cls, home: Path, server_url: str, files: Mapping[str, bytes] = ONE) -> "Pod":
        """Give a pod a volume with this version of the models, a T4 and TensorRT 10.13.3.9."""
        pod = cls(home, server_url)
        for directory in (pod.models, pod.played, pod.tools):
            directory.mkdir(parents=True)
        (pod.tools / "python3").symlink_to(sys.executable)
        for name in ("nvidia-smi", "trtexec"):
            (pod.tools / name).symlink_to(_PLAYED / f"{name.replace('-', '_')}.py")
        pod.plays("nvidia-smi", says=T4, seconds=0, code=0)
        pod.plays(
            "trtexec", version=101303, build=9, build_ends="well", loads=True, size=1000, memory=0
        )
        pod.pulls(files)
        return pod

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def played(self) -> Path:
        """Where the played tools are told what to do, and write down what they did."""
        return self.home / "played"

    @property
    def tools(self) -> Path:
        return self.home / "bin"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": str(self.tools),
            "PLAYED": str(self.played),
            "AWS_ENDPOINT_URL_S3": self.server_url,
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    @property
    def arguments(self) -> list[str]:
        return ["--models", str(self.models), "--store", STORE]

    def plays(self, tool: str, **told: object) -> None:
        """Tell a played tool what to do from now on; what is not named stays as it was."""
        path = self.played / tool
        lines = path.read_text().splitlines() if path.exists() else []
        all_told = {**dict(line.split("=", 1) for line in lines), **told}
        path.write_text("".join(f"{name}={value}\n" for name, value in all_told.items()))

    def pulls(self, files: Mapping[str, bytes]) -> None:
        """Put a version into use as `pull` does."""
        volume = ModelVolume(self.models)
        described = []
        for path, content in files.items():
            local = self.home / "incoming" / path
            local.parent.mkdir(parents=True, exist_ok=True)
            local.write_bytes(content)
            size, sha256, parts = describe(local, PART_BYTES)
            described.append(
                ManifestFile(
                    path=path, size=size, sha256=sha256, parts=parts, etag="e", version_id="v"
                )
            )
        manifest = ModelManifest(part_bytes=PART_BYTES, files=tuple(described))
        volume.staging.mkdir(exist_ok=True)
        (self.home / "incoming").rename(volume.staging / manifest.version)
        volume.adopt(manifest, ByteProgress("", 0))
        volume.use(manifest)

    def engine(self, *arguments: str, **environment: str) -> None:
        parser = argparse.ArgumentParser()
        provide.add_arguments(parser)
        with patch.dict(os.environ, {**self.environment, **environment}, clear=True):
            provide.run(parser.parse_args([*self.arguments, *arguments]))

    def share(self) -> None:
        parser = argparse.ArgumentParser()
        share.add_arguments(parser)
        with patch.dict(os.environ, self.environment, clear=True):
            share.run(parser.parse_args(self.arguments))

    def calls(self, option: str) -> list[dict[str, str]]:
        """Give the options of each call of trtexec that had this one among them."""
        path = self.played / "trtexec.calls"
        lines = path.read_text().splitlines() if path.exists() else []
        calls = [
            dict(argument.lstrip("-").partition("=")[::2] for argument in line.split("\t"))
            for line in lines
        ]
        return [call for call in calls if option in call]

    @property
    def builds(self) -> list[dict[str, str]]:
        return self.calls("saveEngine")

    def network(self, name: str = "a23") -> Path:
        """Where the server opens the engine of a model."""
        return self.models / name / "network.trt"

    @property
    def cached(self) -> list[Path]:
        return sorted((self.models / ".engines").iterdir())

    @property
    def hanging(self) -> list[int]:
        """The processes of a build that never ends."""
        return [int(process) for process in (self.played / "hanging").read_text().split()]
