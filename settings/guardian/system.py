"""Silver Guardian: analysers of uploaded video, and the workflow that asks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from settings.checks import require
from settings.data import PostgreSql, Valkey
from settings.guardian.analyzers import DETECTOR_EXTRA, Analyzer
from settings.guardian.uploads import Uploads
from settings.guardian.workflow import Workflow
from settings.system import System


@dataclass(frozen=True, kw_only=True)
class Guardian(System):
    """One environment of Silver Guardian."""

    postgresql: PostgreSql
    valkey: Valkey
    uploads: Uploads
    audio: Analyzer
    video: Analyzer
    workflow: Workflow
    title: ClassVar[str] = "Silver Guardian"

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            self.audio.port != self.video.port,
            "analyzer port",
            self.video.port,
            f"{self.audio.name} and {self.video.name} need one each",
        )

    @property
    def workloads(self) -> tuple[Analyzer, ...]:
        return (self.audio, self.video)

    @property
    def extras(self) -> Mapping[str, str]:
        return {one.image.repository: DETECTOR_EXTRA for one in self.workloads if one.detector}
