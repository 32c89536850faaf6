"""A listener without models: `python -m containers.listener.tests.digests VIDEO --to …`.

All of it is the listener's own but for the ears: they take a sound's digest for what is said in it,
and an emotion from that, so that another video has other segments.
"""

import hashlib
import os

from containers.analyzer.benchmarks.tools import TOOLS
from listener.program import main
from listener.segments import EMOTIONS, NEUTRAL, Piece

_EMOTIONS = [emotion for emotion in EMOTIONS if emotion != NEUTRAL]
_SECONDS = 5.0


class DigestEars:
    def vocals(self, sound: bytes) -> bytes:
        return sound

    def pieces(self, sound: bytes) -> list[Piece]:
        digest = hashlib.sha256(sound).hexdigest()
        emotion = _EMOTIONS[int(digest[:8], 16) % len(_EMOTIONS)]
        return [Piece(start=0, end=_SECONDS, emotion=emotion, text=digest)]


if __name__ == "__main__":
    os.environ.update(TOOLS)
    raise SystemExit(main(open_ears=DigestEars))
