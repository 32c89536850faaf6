"""What Argo says of a node that failed, in a sentence for the person who uploaded."""

import re

_EXIT = re.compile(r"exit code (\d+)")
_SENTENCES = (
    (re.compile(r"OOMKilled"), "the step needed more memory than it may have"),
    (re.compile(r"deadline", re.IGNORECASE), "the step took longer than it may"),
    (re.compile(r"shutdown with strategy|Stopped with strategy"), "the step was stopped"),
    (re.compile(r"pod deleted|[Nn]ode.*shutdown|evict|preempt", re.IGNORECASE),
     "the step lost its machine"),
    (re.compile(r"ImagePull|InvalidImage"), "the step's program could not be fetched"),
)  # fmt: skip
UNEXPLAINED = "the step ended badly, and did not say why"


def sentence_of(message: str) -> str:
    for pattern, sentence in _SENTENCES:
        if pattern.search(message):
            return sentence
    if found := _EXIT.search(message):
        return f"the step ended unexpectedly with exit code {found[1]}"
    return UNEXPLAINED
