"""Media that are whole but not plain, and media of which a part is missing."""

from pathlib import Path

from containers.analyzer.benchmarks.encode import ffmpeg
from containers.analyzer.tests.broken import PATTERN, TONE, clip

OTHER_PATTERN = ("-f", "lavfi", "-i", "testsrc=size=192x144:rate=30:duration=2")
H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")


def two_pictures(path: Path) -> Path:
    """Put another video of 192x144 second and make it the one that players show."""
    maps = ("-map", "0", "-map", "1", "-disposition:v:0", "0", "-disposition:v:1", "default")
    ffmpeg(*PATTERN, *OTHER_PATTERN, *maps, *H264, path)
    return path


def cover_first(path: Path) -> Path:
    """Put a still picture before the video and say no word of its being one."""
    still = path.with_suffix(".jpg")
    ffmpeg(*OTHER_PATTERN, "-frames:v", "1", still)
    maps = ("-map", "0", "-map", "1", "-c:v:0", "copy", "-disposition:v:0", "attached_pic")
    ffmpeg("-i", still, *PATTERN, *maps, "-c:v:1", "libx264", path)
    return path


def on_its_side(path: Path) -> Path:
    """Film 160x120 with a telephone held upright: it is shown as 120x160."""
    lying = clip(path.with_stem("lying"), *H264)
    ffmpeg("-display_rotation", "90", "-i", lying, "-c", "copy", path)
    return path


def starting_late(path: Path) -> Path:
    """Let two seconds begin two hours after zero."""
    return clip(path, *H264, "-output_ts_offset", "7200")


def half_of_faststart(path: Path) -> Path:
    """Keep an index that promises two seconds, and half of what it promises."""
    whole = clip(path.with_stem("whole"), *H264, "-movflags", "+faststart").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def cut_transport_stream(path: Path, *, seconds: int, whole_pictures: int) -> Path:
    """Begin in the middle of a transport stream with a whole picture each so many frames."""
    pattern = ("-f", "lavfi", "-i", f"testsrc2=size=160x120:rate=30:duration={seconds}")
    tone = ("-f", "lavfi", "-i", f"sine=440:duration={seconds}")
    whole = path.with_stem("whole")
    ffmpeg(*pattern, *tone, *H264, "-g", str(whole_pictures), "-keyint_min", "1", whole)
    path.write_bytes(whole.read_bytes()[188 * 100 :])
    return path


def damaged_description(path: Path) -> Path:
    """Overwrite the sequence parameters of H.264 and the size of the picture with zeros."""
    content = bytearray(clip(path.with_stem("whole"), *H264).read_bytes())
    place = content.index(b"avc1")
    content[place + 28 : place + 32] = bytes(4)  # width and height
    place = content.index(b"avcC")
    content[place + 4 : place + 40] = bytes(36)
    path.write_bytes(content)
    return path


def silent_first(path: Path) -> Path:
    """Put three seconds of silence before two of a tone."""
    silence = ("-f", "lavfi", "-i", "anullsrc=channel_layout=mono:duration=3")
    ffmpeg(*silence, *TONE, "-map", "0", "-map", "1", "-c:a", "aac", path)
    return path


def unknown_first(path: Path) -> Path:
    """Put sound of a kind that nobody knows before AAC."""
    other = ("-f", "lavfi", "-i", "sine=880:duration=3")
    whole = path.with_stem("whole")
    ffmpeg(*other, *TONE, "-map", "0", "-map", "1", "-c:a", "aac", whole)
    path.write_bytes(whole.read_bytes().replace(b"A_AAC", b"A_XYZ", 1))
    return path


def wrong_length(path: Path, frames: int) -> Path:
    """Let the two headers of an AVI file name another number of frames than sixty."""
    ffmpeg(*PATTERN, "-c:v", "mpeg4", path)
    content = bytearray(path.read_bytes())
    for name, offset in ((b"avih", 8 + 16), (b"strh", 8 + 32)):
        place = content.index(name) + offset
        assert int.from_bytes(content[place : place + 4], "little") == 60
        content[place : place + 4] = frames.to_bytes(4, "little")
    path.write_bytes(content)
    return path
