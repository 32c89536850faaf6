"""Mistakes in the analysers of Silver Guardian."""

from dataclasses import replace

from tests.settings.examples import GUARDIAN
from tests.settings.mistakes import NAME_RULE, Mistake

_AUDIO, _VIDEO = GUARDIAN.audio, GUARDIAN.video
_SCALING = _AUDIO.scaling
_SIZE_RULE = "minimum must be from 0 to maximum, and maximum at least 1"
_POLLING_RULE = (
    "must be from 1 to below the cooldown of 300; "
    "else a single look that finds nothing ends the last pod"
)

ANALYZERS = (
    Mistake(
        "analyzer name with an underscore",
        lambda: replace(_AUDIO, name="audio_analyzer"),
        f"analyzer name is 'audio_analyzer': {NAME_RULE}",
    ),
    Mistake(
        "analyzer at port zero",
        lambda: replace(_AUDIO, port=0),
        "analyzer audio-analyzer port is 0: must be from 1 to 65535",
    ),
    Mistake(
        "analyzer without room for an upload",
        lambda: replace(_VIDEO, scratch_mib=0),
        "analyzer video-analyzer scratch_mib is 0: give some",
    ),
    Mistake(
        "analyzer on machines that no label can name",
        lambda: replace(_AUDIO, workload="ML"),
        f"analyzer audio-analyzer workload is 'ML': {NAME_RULE}",
    ),
    Mistake(
        "analyzer killed before it can give back its message",
        lambda: replace(_AUDIO, grace=10),
        "analyzer audio-analyzer grace is 10: "
        "must exceed the 10 s in which the worker gives back its message",
    ),
    Mistake(
        "fewer pods than none",
        lambda: replace(_SCALING, minimum=-1),
        f"queue scaling size is (-1, 5): {_SIZE_RULE}",
    ),
    Mistake(
        "more pods at least than at most by a queue",
        lambda: replace(_SCALING, minimum=6),
        f"queue scaling size is (6, 5): {_SIZE_RULE}",
    ),
    Mistake(
        "no pods at all",
        lambda: replace(_SCALING, maximum=0),
        f"queue scaling size is (0, 0): {_SIZE_RULE}",
    ),
    Mistake(
        "scaled to zero by a queue whose messages count for nothing",
        lambda: replace(_SCALING, messages_per_pod=0),
        "queue scaling messages_per_pod is 0: "
        "must be at least 1, since only messages can start a first pod",
    ),
    Mistake(
        "scaled by a queue at more than the whole request",
        lambda: replace(_SCALING, cpu_percent=101),
        "queue scaling cpu_percent is 101: must be from 1 to 100",
    ),
    Mistake(
        "queue that is never looked at",
        lambda: replace(_SCALING, polling=0),
        f"queue scaling polling is 0: {_POLLING_RULE}",
    ),
    Mistake(
        "queue looked at once in a cooldown",
        lambda: replace(_SCALING, polling=300),
        f"queue scaling polling is 300: {_POLLING_RULE}",
    ),
    Mistake(
        "no time to find a node",
        lambda: replace(_AUDIO.rollout, scheduled_within=0),
        "rollout scheduled_within is 0: must be from 1 s to below the limit (1200)",
    ),
    Mistake(
        "more time to find a node than for everything",
        lambda: replace(_AUDIO.rollout, scheduled_within=1200),
        "rollout scheduled_within is 1200: must be from 1 s to below the limit (1200)",
    ),
)
