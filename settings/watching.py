"""How figures are judged that people look at."""

from dataclasses import dataclass

from settings.checks import require


@dataclass(frozen=True, kw_only=True)
class Levels:
    """Two figures on one scale, the second the worse one; the scale may fall, as uptime does."""

    warning: float
    critical: float

    def __post_init__(self) -> None:
        require(
            self.warning != self.critical,
            "levels",
            (self.warning, self.critical),
            "warning and critical must differ",
        )
