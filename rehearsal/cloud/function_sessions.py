"""Sessions of Lambda functions, which in the emulator have no end.

A database takes no token that was signed with credentials without an end.
"""

import time
from collections.abc import Mapping
from typing import Any

from ministack.services import sts

_LIFETIME_SECONDS = 7 * 24 * 3600
"""Longer than a rehearsal runs: the emulator does not renew what a function has."""


def let_sessions_end() -> None:
    """Give an end to each session that is opened without one."""
    register = sts.register_session

    def register_with_end(access_key: str, session: Mapping[str, Any]) -> None:
        register(access_key, {"Expiration": time.time() + _LIFETIME_SECONDS, **session})

    sts.register_session = register_with_end
