"""Controllers: each looks after something whenever the cluster has changed, and as time passes."""

import logging
import threading
import time
from collections.abc import Sequence
from typing import Protocol

import httpx2
from lightkube import ApiError

_SECONDS_BETWEEN_LOOKS = 0.5
_SECONDS_TO_GATHER = 0.05
"""Changes come in bursts; one look serves a burst."""
_LOG = logging.getLogger(__name__)


class Controller(Protocol):
    """What looks after something."""

    def reconcile(self) -> None:
        """Do once what is due."""


def run(controllers: Sequence[Controller], changed: threading.Event) -> None:
    """Look after each change, and twice a second because time passes, until the process ends."""
    while True:
        changed.wait(_SECONDS_BETWEEN_LOOKS)
        changed.clear()
        time.sleep(_SECONDS_TO_GATHER)
        for controller in controllers:
            try:
                controller.reconcile()
            except (ApiError, httpx2.HTTPError) as error:
                _LOG.warning("%s: %s", type(controller).__name__, error)
            except Exception:  # noqa: BLE001 - one controller must not stop the rest
                _LOG.exception("%s", type(controller).__name__)
