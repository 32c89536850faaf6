"""What Argo says of a node that failed, in a sentence for the person who uploaded."""

import re

_EXIT = re.compile(r"exit code (\d+)")
_STOP = re.compile(r"(shutdown|stopped) with strategy", re.IGNORECASE)
_LOST = re.compile(r"pod deleted|node (was )?(lost|shutdown)|evict|preempt", re.IGNORECASE)
_SENTENCES = (
    (_STOP, "the step was stopped"),
    (re.compile(r"OOMKilled"), "the step needed more memory than it may have"),
    (re.compile(r"deadline|max duration", re.IGNORECASE), "the step took longer than it may"),
    (_LOST, "the step lost its machine"),
    (re.compile(r"ImagePull|InvalidImage"), "the step's program could not be fetched"),
)
UNEXPLAINED = "the step ended badly, and did not say why"


def is_stop(message: str) -> bool:
    """Tell whether somebody stopped the Workflow."""
    return bool(_STOP.search(message))


def sentence_of(message: str) -> str:
    for pattern, sentence in _SENTENCES:
        if pattern.search(message):
            return sentence
    if found := _EXIT.search(message):
        return f"the step ended unexpectedly with exit code {found[1]}"
    return UNEXPLAINED
