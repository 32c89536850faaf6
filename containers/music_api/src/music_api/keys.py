"""The public keys of load balancers, as AWS gives them by their names."""

import threading
import time
from collections import OrderedDict
from http import HTTPStatus
from typing import TypeVar

import httpx2
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt import InvalidTokenError

from music_api.failure import Unavailable

_TIMEOUT = httpx2.Timeout(3)
_MOST = 32
_UNKNOWN_SECONDS = 60
"""So long a name without a key is not asked for again."""

_ValueT = TypeVar("_ValueT")


class PublicKeys:
    """Asks for each key once: a load balancer that changes its key names it anew."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._client = httpx2.Client(timeout=_TIMEOUT, trust_env=False)
        self._keys: OrderedDict[str, EllipticCurvePublicKey] = OrderedDict()
        self._unknown: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def key(self, name: str) -> EllipticCurvePublicKey:
        """Return a key; raise `InvalidTokenError` if there is none, `Unavailable` if unanswered."""
        with self._lock:
            if name in self._keys:
                self._keys.move_to_end(name)
                return self._keys[name]
            if self._unknown.get(name, -_UNKNOWN_SECONDS) > time.monotonic() - _UNKNOWN_SECONDS:
                raise _no_key(name)
            found = self._fetch(name)
            if found is None:
                _keep(self._unknown, name, time.monotonic())
                raise _no_key(name)
            _keep(self._keys, name, found)
            return found

    def _fetch(self, name: str) -> EllipticCurvePublicKey | None:
        try:
            answer = self._client.get(f"{self._endpoint}/{name}")
        except httpx2.HTTPError as error:
            sentence = f"the load balancer's public keys cannot be had: {error}"
            raise Unavailable(sentence) from error
        if answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN):
            return None
        if answer.status_code != HTTPStatus.OK:
            sentence = f"the load balancer's public keys are answered with {answer.status_code}"
            raise Unavailable(sentence)
        try:
            key = load_pem_public_key(answer.content)
        except (ValueError, UnsupportedAlgorithm):
            return None
        return key if isinstance(key, EllipticCurvePublicKey) else None


def _keep(kept: "OrderedDict[str, _ValueT]", name: str, value: _ValueT) -> None:
    kept[name] = value
    while len(kept) > _MOST:
        kept.popitem(last=False)


def _no_key(name: str) -> InvalidTokenError:
    return InvalidTokenError(f"there is no key {name}")
