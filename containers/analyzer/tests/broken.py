"""Files that are no media, or not what they seem."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from containers.analyzer.benchmarks.encode import ffmpeg

PATTERN = ("-f", "lavfi", "-i", "testsrc2=size=160x120:rate=30:duration=2")
TONE = ("-f", "lavfi", "-i", "sine=440:duration=2")


def clip(path: Path, *output: str) -> Path:
    ffmpeg(*PATTERN, *TONE, *output, path)
    return path


def _cut_off(folder: Path) -> Path:
    whole = clip(folder / "whole.mp4").read_bytes()
    path = folder / "cut.mp4"
    path.write_bytes(whole[: len(whole) // 2])  # the index is at the end
    return path


def _damaged(folder: Path) -> Path:
    path = folder / "damaged.mp4"
    path.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 40)
    return path


def _text(folder: Path) -> Path:
    path = folder / "letter.mp4"
    path.write_text("dear grandmother\n" * 100)
    return path


def _empty(folder: Path) -> Path:
    path = folder / "empty.mp4"
    path.touch()
    return path


def _picture(folder: Path) -> Path:
    path = folder / "picture.png"
    ffmpeg(*PATTERN, "-frames:v", "1", path)
    return path


def _archive(folder: Path) -> Path:
    path = folder / "archive.mp4"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "b" * 1000)
    return path


def _playlist(folder: Path) -> Path:
    """Point to a file of the machine that reads it."""
    secret = clip(folder / "secret.ts")
    path = folder / "list.m3u8"
    path.write_text(
        f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile://{secret}\n#EXT-X-ENDLIST\n"
    )
    return path


def _list_of_files(folder: Path) -> Path:
    """Do the same for another reader of ffmpeg."""
    secret = clip(folder / "secret.ts")
    path = folder / "list.ffconcat"
    path.write_text(f"ffconcat version 1.0\nfile '{secret}'\n")
    return path


NO_MEDIA: Mapping[str, Callable[[Path], Path]] = {
    "cut off": _cut_off,
    "damaged": _damaged,
    "text": _text,
    "empty": _empty,
    "picture": _picture,
    "archive": _archive,
    "playlist": _playlist,
    "list of files": _list_of_files,
}
