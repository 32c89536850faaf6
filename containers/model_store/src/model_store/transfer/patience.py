"""How long a transfer tries again before it gives up."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Patience:
    """The limits of one part; times are seconds."""

    attempts: int
    """Failed ones, for reasons of the network or of a busy server."""
    readings: int
    """With the wrong content: bits flip on the wire once, an object that is wrong stays wrong."""
    first_pause: float
    longest_pause: float
    silence: float
    """Without a byte on a connection, or without an answer to a new one."""

    def pause(self, failures: int) -> float:
        """Return how long to wait after so many failures.

        Each doubles the span, and the whole span is drawn from: clients that failed together must
        not come back together. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter
        """
        span = min(self.longest_pause, self.first_pause * 2.0 ** (failures - 1))
        return random.uniform(0, span)  # noqa: S311 -- spreads load, keeps no secret


PATIENCE = Patience(attempts=10, readings=3, first_pause=0.2, longest_pause=10.0, silence=20.0)
"""Some 20 s of pauses in all; then the pod's own restart takes over, with what has come."""
