"""Dubbing's model services."""

from dataclasses import replace

from settings.dubbing.services import Tier
from tests.settings.dubbing.examples import PROD, service_of
from tests.settings.mistakes import NAME_RULE, each_wrong, right, wrong

_STT, _MT = service_of(PROD, "whisper-pyannote-stt"), service_of(PROD, "marian-mt")
_DIGITS = "take the 64 hexadecimal digits that `model-store publish` prints"

MISTAKES = (
    wrong(
        "two services of one queue",
        PROD,
        "model service queue is 'stt': each must be given once",
        services=(_STT, replace(_MT, queue=_STT.queue)),
    ),
    *each_wrong(
        _STT, "model service", ("name", NAME_RULE, {"model service with a capital": "Whisper"})
    ),
    *each_wrong(
        _STT,
        "model service whisper-pyannote-stt",
        ("port", "must be from 1 to 65535", {"model service at port zero": 0}),
        ("tiers", "name at least one", {"model service on no machine": ()}),
        ("gpu_memory_mib", "ask for some", {"model that needs no memory": 0}),
        ("scratch_gib", "must be above 0", {"model service without room": 0}),
        (
            "queue",
            "use lower-case letters, digits and hyphens, as tts-preset",
            {"queue with BullMQ's prefix": "bull:stt"},
        ),
    ),
    wrong(
        "variable in small letters",
        _STT,
        "model service whisper-pyannote-stt configuration is 'model': "
        "name a variable in capitals, as BATCH_SIZE",
        configuration={"model": "large-v3"},
    ),
    wrong(
        "shared GPU on a premium machine",
        _MT,
        "model service marian-mt tiers is ('standard', 'premium'): "
        "only standard machines have GPUs that are shared",
        tiers=(Tier.STANDARD, Tier.PREMIUM),
    ),
    *each_wrong(
        _STT.models,
        "models",
        ("version", _DIGITS, {"models by a name": "large-v3"}),
        ("disk_gib", "must be at least 1", {"models that take no disk": 0}),
    ),
    *each_wrong(
        PROD.release_limits,
        "release limits",
        (
            "error_rate",
            "is a share, as 0.05",
            {"error rate in percent": 5, "no error at all": 0},
        ),
        ("p95_seconds", "must be above 0", {"answer in no time": 0}),
        ("read_every", "must be at least 1", {"figures that are never read": 0}),
    ),
)
EDGES = (
    right("smallest share of errors", PROD.release_limits, error_rate=0.0001),
    right("service on premium machines only", _STT, tiers=(Tier.PREMIUM,)),
)
