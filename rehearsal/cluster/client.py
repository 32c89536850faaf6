"""Clients of a rehearsed cluster."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
from lightkube import Client, KubeConfig

_PATIENCE = httpx2.Timeout(60)
"""Of one request: lightkube's 10 s are not enough where several clusters share two processors."""


def client_of(kubeconfig: Path | Mapping[str, Any]) -> Client:
    """Return a client with the rights that a kubeconfig gives, whatever the environment says."""
    config = (
        KubeConfig.from_file(kubeconfig)
        if isinstance(kubeconfig, Path)
        else KubeConfig.from_dict(dict(kubeconfig))
    )
    return Client(config=config, trust_env=False, timeout=_PATIENCE)
