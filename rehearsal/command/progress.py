"""Says what a command does while it does it: a moving line in a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

_SECONDS_BETWEEN_LINES = 10.0
_WIDTH_WITHOUT_TERMINAL = 100


class CommandProgress:
    """Lines with the seconds since the command began, and between them what it waits for."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)
        if not self.console.is_terminal:
            self.console = Console(highlight=False, width=_WIDTH_WITHOUT_TERMINAL)
        self._began = time.monotonic()
        self._last_line = self._began
        self._status: Status | None = None

    @property
    def seconds(self) -> float:
        """How long the command has been running."""
        return time.monotonic() - self._began

    def __call__(self, text: str) -> None:
        """Say that something is done or begun."""
        self.console.print(f"{self.seconds:5.0f} s  {text}", markup=False, soft_wrap=True)
        self._last_line = time.monotonic()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Keep one line moving in a terminal, for `wait_for`."""
        with self.console.status("") as self._status:
            yield
        self._status = None

    def wait_for(self, text: str) -> None:
        """Say what is being waited for; without a terminal only every few seconds."""
        if self.console.is_terminal:
            if self._status:
                self._status.update(f"{self.seconds:3.0f} s  {text}")
        elif time.monotonic() - self._last_line > _SECONDS_BETWEEN_LINES:
            self(f"… {text}")
