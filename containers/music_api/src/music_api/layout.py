"""Which keys a run has in the bucket."""

INPUT = "input/video"
RUN = "run.json"
END = "end.json"
CHOICE = "choice.json"
AGAIN = "again.json"
"""Which run a failed one was begun again as; with it, asking twice begins one."""

SEGMENTS = "stage1/segments.json"
LISTEN_FAILURE = "stage1/failure.json"


def of_run(run: str, name: str = "") -> str:
    return f"runs/{run}/{name}"


def of_owner(owner: str, run: str = "") -> str:
    return f"owners/{owner}/{run}"


def video(result: int) -> str:
    return f"output/{result}/video.mp4"


def music(result: int) -> str:
    return f"output/{result}/music.flac"


def peaks(result: int) -> str:
    return f"output/{result}/result.json"


def compose_failure(result: int) -> str:
    return f"output/{result}/failure.json"
