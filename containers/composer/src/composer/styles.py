"""How each emotion sounds: the words for the network, and what its seed clip is played from."""

from dataclasses import dataclass

from composer.timeline import Emotion

_MAJOR = (0, 4, 7)
_MINOR = (0, 3, 7)
_DIMINISHED = (0, 3, 6)


@dataclass(frozen=True, kw_only=True)
class Style:
    """The music of one emotion."""

    prompt: str
    beats_a_minute: tuple[int, int]
    """The least and the most: which of them, the seed says."""

    chord: tuple[int, int, int]
    """Semitones above the root."""

    roots: tuple[int, ...]
    """Of the chords that follow each other, in semitones above the key."""

    drums: float
    """Loudness of the beat against the chords."""

    brightness: float
    """How slowly the overtones of a tone fade: 0 has none."""


STYLES = {
    Emotion.ANGER: Style(
        prompt="aggressive instrumental rap beat, heavy distorted drums, 160 BPM",
        beats_a_minute=(150, 180),
        chord=_MINOR,
        roots=(0, 0, 1, 0),
        drums=1.0,
        brightness=0.9,
    ),
    Emotion.DISGUST: Style(
        prompt="distorted bass guitar, low-tuned synthesizer, slow and heavy, 70 BPM",
        beats_a_minute=(60, 80),
        chord=_DIMINISHED,
        roots=(0, -1, 0, -2),
        drums=0.5,
        brightness=0.8,
    ),
    Emotion.SADNESS: Style(
        prompt="sad hollow piano with echo, vinyl crackles, slow",
        beats_a_minute=(60, 72),
        chord=_MINOR,
        roots=(0, -4, 3, -2),
        drums=0.0,
        brightness=0.3,
    ),
    Emotion.FEAR: Style(
        prompt="dark ambient drone, tense tremolo strings, white noise",
        beats_a_minute=(80, 100),
        chord=_DIMINISHED,
        roots=(0, 0, 1, 1),
        drums=0.2,
        brightness=0.6,
    ),
    Emotion.JOY: Style(
        prompt="happy upbeat funk groove, bright guitar and brass, 120 BPM",
        beats_a_minute=(112, 126),
        chord=_MAJOR,
        roots=(0, 5, 7, 5),
        drums=0.7,
        brightness=0.5,
    ),
    Emotion.SURPRISE: Style(
        prompt="energetic EDM with rising synthesizer, bright and sudden, 128 BPM",
        beats_a_minute=(124, 136),
        chord=_MAJOR,
        roots=(0, 3, 5, 8),
        drums=0.9,
        brightness=0.7,
    ),
    # The original played nothing here; a calm talk would come back four times without music.
    Emotion.NEUTRAL: Style(
        prompt="calm lo-fi ambient, soft electric piano, 84 BPM",
        beats_a_minute=(80, 88),
        chord=_MAJOR,
        roots=(0, -3, 5, 7),
        drums=0.2,
        brightness=0.2,
    ),
}
