"""Who asks: what the load balancer has signed about the person whom the provider knows."""

import hashlib
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NoReturn

import jwt

from music_api.failure import Refused
from music_api.keys import PublicKeys
from music_api.settings import IdentitySettings

_LOG = logging.getLogger(__name__)
_ALGORITHM = "ES256"
_KEY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_LEEWAY_SECONDS = 10
_NAME_CHARACTERS = 200


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who asks."""

    owner: str
    """What their runs are kept under; it tells nobody who they are."""

    name: str | None


class Identity:
    """Reads the header `x-amzn-oidc-data`, and believes our load balancer only."""

    def __init__(self, settings: IdentitySettings, keys: PublicKeys) -> None:
        self._settings = settings
        self._keys = keys

    def __call__(self, token: str | None) -> Person:
        """Return who asks, or raise `Refused`: what is wrong with a token is for the log."""
        if not token:
            _refuse("this request did not come through the load balancer that signs in")
        try:
            claims = self._verified(token)
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            _LOG.warning("a token was refused: %s", error)
            _refuse("the load balancer's word for who asks is not valid")
        subject = claims.get("sub")
        if not isinstance(subject, str) or not subject:
            _refuse("the provider does not say who asks")
        return Person(owner=owner_of(self._settings.issuer, subject), name=_name(claims))

    def _verified(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        key_id, signer = header.get("kid"), header.get("signer")
        if header.get("alg") != _ALGORITHM:
            _doubt(f"its algorithm is {header.get('alg')!r}")
        if not isinstance(key_id, str) or not _KEY_ID.fullmatch(key_id):
            _doubt("the name of its key is none")
        # Everybody's load balancers sign with keys of that address: whose it was is decisive.
        if not self._is_ours(signer):
            _doubt(f"{signer!r} signed it")
        claims: dict[str, Any] = jwt.decode(
            token,
            self._keys.key(key_id),
            algorithms=[_ALGORITHM],
            leeway=_LEEWAY_SECONDS,
            options={"verify_aud": False},
        )
        self._check_words(header, claims)
        return claims

    def _is_ours(self, signer: object) -> bool:
        wanted = self._settings.signer
        if not isinstance(signer, str):
            return False
        return signer.startswith(wanted) if wanted.endswith("/") else signer == wanted

    def _check_words(self, header: Mapping[str, Any], claims: Mapping[str, Any]) -> None:
        """Compare issuer and end, which the load balancer says in the header, the claims, or both.

        The signature is over both of them.
        """
        said = [part["iss"] for part in (header, claims) if "iss" in part]
        if not said or any(issuer != self._settings.issuer for issuer in said):
            _doubt(f"its issuers are {said}")
        ends = [float(part["exp"]) for part in (header, claims) if "exp" in part]
        if not ends or min(ends) < time.time() - _LEEWAY_SECONDS:
            _doubt("it has expired, or does not say when")


def owner_of(issuer: str, subject: str) -> str:
    return hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()


def _name(claims: Mapping[str, Any]) -> str | None:
    for claim in ("name", "email", "preferred_username", "username"):
        value = claims.get(claim)
        if isinstance(value, str) and value.strip():
            return value.strip()[:_NAME_CHARACTERS]
    return None


def _refuse(sentence: str) -> NoReturn:
    raise Refused(HTTPStatus.UNAUTHORIZED, sentence)


def _doubt(reason: str) -> NoReturn:
    raise jwt.InvalidTokenError(reason)
