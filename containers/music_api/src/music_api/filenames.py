"""Names of uploaded files: shown to their owner, and offered again for saving."""

import unicodedata
from urllib.parse import quote

_MOST_CHARACTERS = 200
_USUAL = "video"


def clean(name: str) -> str:
    """Keep the last part of a path, without characters that cannot be seen."""
    composed = unicodedata.normalize("NFC", name.encode(errors="ignore").decode())
    last = composed.replace("\\", "/").rpartition("/")[2]
    # Category C: control characters, and those that turn the direction of what follows.
    seen = "".join(" " if one.isspace() else one for one in last if _is_seen(one))
    return " ".join(seen.split())[:_MOST_CHARACTERS].strip(" .") or _USUAL


def attachment(name: str, result: int) -> str:
    """Return a Content-Disposition that saves a result of a video beside it, by its name."""
    stem = name.rpartition(".")[0] or name
    offered = f"{stem} - music {result}.mp4"
    plain = "".join(one if one.isascii() and one not in '"\\%;' else "_" for one in offered)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(offered, safe='')}"


def _is_seen(character: str) -> bool:
    return character.isspace() or not unicodedata.category(character).startswith("C")
