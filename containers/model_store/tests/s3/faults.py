"""What the server does wrong, and on which requests."""

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Refuse:
    """Answer with one of S3's errors."""

    status: int
    code: str
    message: str = "as planned by the test"


SLOW_DOWN = Refuse(503, "SlowDown", "Please reduce your request rate.")
INTERNAL_ERROR = Refuse(500, "InternalError", "We encountered an internal error.")
ACCESS_DENIED = Refuse(403, "AccessDenied", "Access Denied")


@dataclass(frozen=True)
class Elsewhere:
    """Say that the bucket lies in another region."""

    region: str


@dataclass(frozen=True)
class Run:
    """Run something just before the request is answered, such as replacing the object."""

    action: Callable[[], object]


@dataclass(frozen=True)
class Late:
    """Send the first byte later."""

    seconds: float


@dataclass(frozen=True)
class Cut:
    """Close the connection after so many bytes of the body, in order or with a reset."""

    after: int
    reset: bool = False


@dataclass(frozen=True)
class Stall:
    """Say nothing for so long after so many bytes of the body, then close the connection."""

    after: int
    seconds: float


@dataclass(frozen=True)
class Flip:
    """Turn the lowest bit of one byte of the body."""

    at: int


@dataclass(frozen=True)
class Shorten:
    """Send a body, and a Content-Length with it, that is so many bytes too short."""

    by: int


@dataclass(frozen=True)
class WrongETag:
    """Answer with the ETag of something else."""


Fault = Refuse | Elsewhere | Run | Late | Cut | Stall | Flip | Shorten | WrongETag


@dataclass
class _Plan:
    fault: Fault
    method: str
    key: str
    of_range: str
    skip: int
    times: float


class Faults:
    """The plan of a test; each request takes the first fault that is meant for it."""

    def __init__(self) -> None:
        self._plans: list[_Plan] = []
        self._lock = threading.Lock()

    def plan(
        self,
        fault: Fault,
        *,
        method: str = "GET",
        key: str = "",
        of_range: str = "",
        skip: int = 0,
        times: float = 1,
    ) -> None:
        """Do this to `times` requests, or math.inf, after the first `skip` that are meant.

        Meant are those with this method, whose key ends with `key` and whose Range is `of_range`.
        """
        with self._lock:
            self._plans.append(_Plan(fault, method, key, of_range, skip, times))

    def clear(self) -> None:
        with self._lock:
            self._plans.clear()

    def take(self, method: str, key: str, of_range: str) -> Fault | None:
        with self._lock:
            for plan in self._plans:
                if not plan.times or plan.method != method or not key.endswith(plan.key):
                    continue
                if plan.of_range not in ("", of_range):
                    continue
                if plan.skip:
                    plan.skip -= 1
                    continue
                plan.times -= 1
                return plan.fault
        return None
