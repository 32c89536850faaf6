"""Real sounds: people who talk, what is no voice, and voices of synthesizers."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from containers.analyzer.benchmarks.encode import ffmpeg
from containers.analyzer.benchmarks.real.clips import Use
from containers.analyzer.benchmarks.real.packages import (
    AIORTC,
    ARCADE,
    GRADIO,
    MOVIEPY,
    PARSELMOUTH,
    PLIERS,
    POCKETSPHINX,
    PSYCHOPY,
    PYO,
    PYSPTK,
    SILERO,
    Package,
)

PERSON, SYNTHETIC, OTHER = "person", "synthetic", "nobody talks"


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One sound; whole packages are of one use, so that no voice is in both."""

    kind: str
    package: Package
    member: str
    use: Use

    @property
    def name(self) -> str:
        return Path(self.member).stem

    def path(self) -> Path:
        return self.package.recording(self.member)


def _all(use: Use, kind: str, package: Package, *members: str) -> tuple[Recording, ...]:
    return tuple(Recording(kind=kind, package=package, member=m, use=use) for m in members)


_FIT = (
    *_all(Use.FIT, PERSON, PLIERS, "audio/obama_speech.wav", "audio/homer.wav"),
    *_all(Use.FIT, PERSON, GRADIO, "audio/cate_blanch.mp3", "audio/heath_ledger.mp3"),
    *_all(Use.FIT, PERSON, AIORTC, "server/demo-instruct.wav"),
    *_all(Use.FIT, PERSON, SILERO, "data/test.wav", "c++/aepyx.wav"),
    *_all(Use.FIT, PERSON, PYSPTK, "example_audio_data/arctic_a0007.wav"),
    *_all(
        *(Use.FIT, PERSON, POCKETSPHINX),
        "librivox/sense_and_sensibility_01_austen_64kb-0870.wav",
        "librivox/sense_and_sensibility_01_austen_64kb-0920.wav",
        *("forever/input_4_16k.wav", "cards/005.wav", "regression/chan3.wav", "vad/leak-test.wav"),
    ),
    *_all(Use.FIT, PERSON, PSYCHOPY, "coder/stimuli/jwpIntro.mp4", "tests/data/testMovie.mp4"),
    *_all(Use.FIT, OTHER, GRADIO, "audio/sax.wav", "audio/cantina.wav", "audio/recording1.wav"),
    *_all(Use.FIT, OTHER, PLIERS, "audio/crowd.mp3", "video/small.mp4", "video/shot_change.mp4"),
    *_all(Use.FIT, OTHER, MOVIEPY, "moviepy_10_minutes/trailer_bbb.mp4"),
    *_all(
        *(Use.FIT, OTHER, PSYCHOPY),
        *("test_sounds/default_16000.wav", "data/Electronic_Chime-KevanGC-495939803.wav"),
    ),
)

_PRAAT = "praat/test/fon"

_REPORT = (
    *_all(Use.REPORT, PERSON, PYO, "snds/baseballmajeur_m.aif", "snds/transparent.aif"),
    *_all(
        *(Use.REPORT, PERSON, PARSELMOUTH, "examples/audio/the_north_wind_and_the_sun.wav"),
        f"{_PRAAT} ExperimentMFC/Sounds/M1F1-float32-AFsp.wav",
        f"{_PRAAT} ExperimentMFC/Sounds/weSayTheWord.wav",
        *("praat/dwtest/Example.ogg", f"{_PRAAT}/examples/example.wav"),
    ),
    *_all(
        *(Use.REPORT, OTHER, PYO, "snds/flute.aif", "snds/drumloop.wav", "snds/ounkmaster.aif"),
        *("snds/accord.aif", "snds/alum1.wav", "snds/alum4.wav"),
    ),
    *_all(
        *(Use.REPORT, OTHER, ARCADE, "music/1918.mp3", "music/funkyrobot.mp3"),
        *("sounds/gameover1.wav", "sounds/gameover2.wav", "sounds/gameover5.wav"),
        *("sounds/upgrade3.wav", "sounds/explosion1.wav", "sounds/secret2.wav"),
    ),
)

RECORDINGS = (*_FIT, *_REPORT)

_WITH_NOISE = (
    "anoisesrc=c=pink:a=0.02:r=16000[n];[0:a]aresample=16000,aformat=channel_layouts=mono[s];"
    "[s][n]amix=inputs=2:duration=first:normalize=0"
)
SOUND_KINDS: Mapping[str, tuple[str, ...]] = {
    "as shipped": ("-ar", "16000"),
    "by telephone": ("-af", "highpass=f=300,lowpass=f=3400", "-ar", "8000", "-c:a", "pcm_mulaw"),
    "by internet": ("-ar", "16000", "-c:a", "libopus", "-b:a", "12k"),
    "behind noise suppression": (
        "-af",
        "afftdn=nr=30:nf=-30,agate=threshold=0.02:range=0.0001",
        "-ar",
        "16000",
    ),
    "with noise": ("-filter_complex", _WITH_NOISE),
    "AAC of 32 kbit/s": ("-c:a", "aac", "-b:a", "32k", "-ar", "22050"),
    "in a room": ("-af", "aecho=0.8:0.7:40|70|110:0.4|0.3|0.2", "-ar", "16000"),
}
"""What telephones, calls and rooms do to a sound, as commands of ffmpeg."""


def sound(kind: str, recording: Path, path: Path) -> None:
    """Write what `kind` makes of the first half minute of a recording."""
    ffmpeg("-t", "30", "-i", recording, "-vn", "-ac", "1", *SOUND_KINDS[kind], path)


_TALK = (
    "Hello, this is your bank. We have noticed a payment of nine hundred dollars to a shop in "
    "another country. Please tell me the code that you have just received, so that we can stop it."
)
_VOICES: Mapping[str, tuple[str, ...]] = {
    "espeak-ng": ("en", "en+f3", "en+m7", "de", "it+f2", "ru", "ko"),
    "flite": ("kal16", "awb", "rms", "slt"),
    "text2wave": ("kal_diphone", "cmu_us_slt_arctic_hts", "lp_diphone"),
}
"""Debian's espeak-ng, flite and festival, with the voices of the latter's packages."""


def synthetic(folder: Path) -> Iterator[Path]:
    """Let each synthesizer that is installed say something with each of its voices."""
    for engine, voices in _VOICES.items():
        if not shutil.which(engine):
            print(f"{engine} is not installed: its voices are not measured", flush=True)
            continue
        for voice in voices:
            path = folder / f"{engine}-{voice}.wav"
            _say(engine, voice, path)
            if path.exists() and path.stat().st_size:
                yield path


def _say(engine: str, voice: str, path: Path) -> None:
    arguments = {
        "espeak-ng": ["-v", voice, "-w", path, _TALK],
        "flite": ["-voice", voice, "-t", _TALK, "-o", path],
        "text2wave": ["-eval", f"(voice_{voice})", "-o", path],
    }[engine]
    subprocess.run(
        [engine, *map(str, arguments)], input=_TALK.encode(), check=False, capture_output=True
    )
