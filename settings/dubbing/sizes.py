"""Three sizes of Dubbing: how many machines there may be at most, and how many pods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from settings.checks import require
from settings.dubbing.machines import MORE_CPU, PREMIUM, SHARED, STANDARD
from settings.dubbing.services import ModelService, Tier
from settings.node_pools import NodePool


@dataclass(frozen=True, kw_only=True)
class Size:
    """How large an environment may grow; machines are those beside the ones always there."""

    name: str
    more_cpu: int
    standard: int
    shared: int
    premium: int
    pods: Mapping[str, tuple[int, int]]
    """Fewest and most of each service."""

    @property
    def node_pools(self) -> tuple[NodePool, ...]:
        """The pools that have a machine at all."""
        most = {
            MORE_CPU: self.more_cpu,
            STANDARD: self.standard,
            SHARED: self.shared,
            PREMIUM: self.premium,
        }
        return tuple(replace(pool, maximum=count) for pool, count in most.items() if count)

    def services(self, services: Sequence[ModelService]) -> tuple[ModelService, ...]:
        """Return the services at this size, on the machines that it has."""
        return tuple(self._sized(service) for service in services)

    def _sized(self, service: ModelService) -> ModelService:
        fewest, most = self.pods[service.name]
        kept = tuple(tier for tier in service.tiers if self.premium or tier is not Tier.PREMIUM)
        return replace(
            service,
            tiers=kept,
            scaling=replace(service.scaling, minimum=fewest, maximum=most),
        )


MINIMUM = Size(
    name="minimum",
    more_cpu=2,
    standard=5,
    shared=3,
    premium=0,
    pods=dict.fromkeys(
        ("whisper-pyannote-stt", "marian-mt", "styletts-tts", "xtts-tts", "wav2lip-lipsync"),
        (1, 2),
    ),
)
"""One pod of each service, and a second one for its next version or for more work."""
RECOMMENDED = Size(
    name="recommended",
    more_cpu=2,
    standard=7,
    shared=5,
    premium=1,
    pods={
        "whisper-pyannote-stt": (2, 5),
        "marian-mt": (2, 3),
        "styletts-tts": (2, 5),
        "xtts-tts": (2, 5),
        "wav2lip-lipsync": (1, 3),
    },
)
HIGH = Size(
    name="high",
    more_cpu=MORE_CPU.maximum,
    standard=STANDARD.maximum,
    shared=SHARED.maximum,
    premium=PREMIUM.maximum,
    pods={
        "whisper-pyannote-stt": (2, 8),
        "marian-mt": (2, 6),
        "styletts-tts": (2, 8),
        "xtts-tts": (2, 8),
        "wav2lip-lipsync": (1, 6),
    },
)
"""What the specification asks of production."""

SIZES: Mapping[str, Size] = {size.name: size for size in (MINIMUM, RECOMMENDED, HIGH)}


def size_of(name: str) -> Size:
    """Return a size by its name; raise `SettingError` for none."""
    require(name in SIZES, "size", name, f"choose one of {', '.join(SIZES)}")
    return SIZES[name]
