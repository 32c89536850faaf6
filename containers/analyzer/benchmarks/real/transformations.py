"""What people and their programs do to videos without forging them, as commands of ffmpeg."""

from collections.abc import Mapping
from pathlib import Path

from containers.analyzer.benchmarks.encode import ffmpeg

_SMALL = "scale='min(640,iw)':-2"
_H264 = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p")
_FIRST_SECONDS = ("-t", "10")
_DESKTOP = "color=0x30475e:s=640x400:r=30,drawbox=0:370:640:30:0x222831:fill"
_CLOCK = "drawtext=text='%{pts\\:hms}':x=540:y=378:fontsize=18:fontcolor=white"

_CAPTION = (
    "drawtext=text='It is %{pts\\:hms} and we talk on':x=20:y=h-40:fontsize=22"
    ":fontcolor=white:box=1:boxcolor=black@0.6"
)

_FILTERS: Mapping[str, tuple[str, ...]] = {
    "as a phone sends it": ("-vf", f"{_SMALL}", "-crf", "32"),
    "as a phone turns it": ("-vf", f"{_SMALL},transpose=1", "-crf", "28"),
    "12 to 30": ("-vf", f"{_SMALL},fps=12,fps=30"),
    "15 to 60": ("-vf", f"{_SMALL},fps=15,fps=60"),
    "24 to 30": ("-vf", f"{_SMALL},fps=24,fps=30"),
    "25 to 50": ("-vf", f"{_SMALL},fps=25,fps=50"),
    "25 to 60": ("-vf", f"{_SMALL},fps=25,fps=60"),
    "cut": ("-vf", f"{_SMALL},select='lt(t,1.6)+between(t,2.6,4)',setpts=N/FRAME_RATE/TB"),
    "jump cuts": ("-vf", f"{_SMALL},select='lt(mod(t,1.5),1)',setpts=N/FRAME_RATE/TB"),
    "fades": ("-vf", f"{_SMALL},fade=in:st=0:d=1,fade=out:st=3:d=0.8"),
    "flash": ("-vf", f"{_SMALL},eq=brightness=0.4:enable='between(mod(t,2),1,1.08)'"),
    "captions": (
        "-vf",
        f"{_SMALL},{_CAPTION}:enable='lt(mod(t,2.5),1.7)'",
    ),
    "slides": ("-vf", f"{_SMALL},fps=1/2,fps=30"),
    "still": ("-vf", f"{_SMALL},trim=end_frame=1,loop=180:1:0,fps=30"),
    "still camera": (
        "-vf",
        f"{_SMALL},trim=end_frame=1,loop=180:1:0,fps=30,noise=alls=6:allf=t",
    ),
    "call": ("-vf", "scale=320:-2,fps=12", "-b:v", "120k", "-maxrate", "120k", "-bufsize", "60k"),
    "call that freezes": (
        "-vf",
        "scale=320:-2,fps=15,select='not(between(mod(n,40),12,24))',fps=15",
        *("-b:v", "200k", "-maxrate", "200k", "-bufsize", "100k"),
    ),
}

AS_SHIPPED = "as shipped"
SCREEN = "on a recorded screen"
KINDS = (AS_SHIPPED, *_FILTERS, SCREEN)


def transform(kind: str, clip: Path, path: Path) -> None:
    """Write what `kind` makes of the first seconds of a clip."""
    if kind == AS_SHIPPED:
        ffmpeg("-i", clip, *_FIRST_SECONDS, "-an", "-c:v", "copy", path)
    elif kind == SCREEN:
        window = f"[0:v]scale=320:-2[w];{_DESKTOP},{_CLOCK}[d];[d][w]overlay=60:40:shortest=1"
        ffmpeg(
            *_FIRST_SECONDS, "-i", clip, "-filter_complex", window, "-an", "-r", "30", *_H264, path
        )
    else:
        ffmpeg(*_FIRST_SECONDS, "-i", clip, *_FILTERS[kind], "-an", *_H264, path)


_MADE: Mapping[str, str] = {
    "clock": "color=white:s=1280x720:r=30,drawtext=text='%{pts\\:hms}':x=80:y=80:fontsize=60",
    "small clock": f"{_DESKTOP},{_CLOCK}",
    "typing": f"{_DESKTOP},drawtext=text='%{{n}} %{{n}} %{{n}}':x=40:y=60:fontsize=24"
    ":fontcolor=white:enable='gt(mod(t,0.9),0.3)'",
    "progress": f"{_DESKTOP},drawbox=x=80:y=200:w='40+60*t':h=24:color=lime:t=fill",
    "scrolling": "testsrc2=s=640x800:r=30:d=8,crop=640:400:0:'mod(floor(t*2)*40,400)'",
    "notice": f"{_DESKTOP},drawbox=x=420:y=20:w=200:h=70:color=white:t=fill:"
    "enable='between(t,2,4)+between(t,6,7)'",
    "pattern": "testsrc=s=640x400:r=30",
    "cursor": f"{_DESKTOP},drawtext=text='Z':x='300+200*sin(t*2)':y='180+90*cos(3*t)'"
    ":fontsize=18:fontcolor=white",
}
MADE = tuple(_MADE)
"""Screen recordings without a real clip in them."""


def make(name: str, path: Path) -> None:
    """Write one of them, eight seconds long."""
    ffmpeg("-f", "lavfi", "-i", _MADE[name], "-t", "8", *_H264, path)
