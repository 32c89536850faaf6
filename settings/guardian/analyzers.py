"""Analysers: programs that take their work from a queue, on machines that come and go with it."""

import re
from dataclasses import dataclass

from settings.checks import require, require_name, require_port
from settings.images import Image
from settings.scaling import QueueScaling
from settings.workloads import Placement, ScaledDeployment

LEAVING_SECONDS = 10
"""What the programs keep for themselves of the termination grace (containers/*_analyzer)."""

DETECTOR_EXTRA = "detector"
"""The optional dependencies of a program that runs one (containers/analyzer/pyproject.toml)."""

_MODEL = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.=-]+)+\.onnx", re.ASCII)
"""Without what a policy or a URL takes for more than a name."""


@dataclass(frozen=True, kw_only=True)
class Detector:
    """A trained model that an analyser asks beside its own judgement: one ONNX file in S3."""

    uri: str
    sha256: str
    """Of the file. The object's name says where it lies, and only this what it is."""
    model_store_image: Image
    """The program that brings the model before the analyser starts."""

    def __post_init__(self) -> None:
        require(
            _MODEL.fullmatch(self.uri),
            "detector uri",
            self.uri,
            "write it like s3://bucket/detectors/voices.onnx",
        )
        require(
            re.fullmatch(r"[0-9a-f]{64}", self.sha256),
            "detector sha256",
            self.sha256,
            "write the 64 lower-case hexadecimal digits that sha256sum prints",
        )

    @property
    def bucket(self) -> str:
        return self.uri.split("/")[2]

    @property
    def key(self) -> str:
        return self.uri.split("/", 3)[3]


@dataclass(frozen=True, kw_only=True)
class Analyzer(ScaledDeployment):
    """A program that analyses one upload at a time, by message or by request."""

    port: int
    scratch_mib: int
    """Room for the upload and what is made of it."""
    workload: str
    """Label and taint of the spot machines that are kept for it."""
    scaling: QueueScaling
    termination_grace: int
    """Seconds after which an ending pod is killed; by then its message is free for others."""
    detector: Detector | None = None

    def __post_init__(self) -> None:
        require_name("analyzer name", self.name)
        require_port(f"analyzer {self.name} port", self.port)
        require(
            self.scratch_mib > 0,
            f"analyzer {self.name} scratch_mib",
            self.scratch_mib,
            "must be at least 1",
        )
        require_name(f"analyzer {self.name} workload", self.workload)
        require(
            self.termination_grace > LEAVING_SECONDS,
            f"analyzer {self.name} termination_grace",
            self.termination_grace,
            f"must exceed the {LEAVING_SECONDS} s in which the worker gives back its message",
        )

    @property
    def placement(self) -> Placement:
        kept = {"workload": self.workload}
        return Placement(node_selector=kept | {"nodeType": "spot"}, tolerations=kept)
