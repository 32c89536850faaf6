"""Whose word is taken for who asks."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from containers.music_api.tests.balancer import BALANCERS, ISSUER, SIGNER, Balancer, pem
from music_api.failure import Refused, Unavailable
from music_api.identity import Identity
from music_api.keys import PublicKeys
from music_api.settings import IdentitySettings

_OTHER = SIGNER.replace("123456789012", "999999999999")


@pytest.fixture
def identity(balancer: Balancer) -> Iterator[Identity]:
    with closing(PublicKeys(balancer.endpoint)) as keys:
        yield Identity(balancer.settings, keys)


def _refusal(identity: Identity, token: str | None) -> str:
    with pytest.raises(Refused) as raised:
        identity(token)
    assert raised.value.status == 401
    return raised.value.sentence


def test_a_person_is_known_by_issuer_and_subject(balancer: Balancer, identity: Identity) -> None:
    """By a hash that tells nobody who they are; the name is for the page."""
    person = identity(balancer.token(claims={"sub": "7", "email": "ann@example.com"}))

    assert person.owner == hashlib.sha256(f"{ISSUER}\n7".encode()).hexdigest()
    assert person.name == "ann@example.com"


def test_issuer_and_end_may_stand_in_header_or_claims(
    balancer: Balancer, identity: Identity
) -> None:
    """The load balancer's manual says the header; both are signed."""
    nothing = {"iss": None, "exp": None}

    assert identity(balancer.token(header=nothing)).owner
    assert identity(balancer.token(claims=nothing)).owner


@pytest.mark.parametrize(
    "said",
    [
        {"header": {"signer": _OTHER}},
        {"header": {"signer": SIGNER + "0"}},
        {"header": {"signer": None}},
        {"header": {"signer": [SIGNER]}},
        {"header": {"iss": "https://login.example.com/other"}},
        {"claims": {"iss": "https://login.example.com/other"}},
        {"header": {"iss": None}, "claims": {"iss": None}},
        {"header": {"iss": [ISSUER]}},
        {"header": {"exp": 1}},
        {"claims": {"exp": 1}},
        {"claims": {"exp": "soon"}},
        {"header": {"exp": None}, "claims": {"exp": None}},
        {"header": {"exp": "soon"}},
        {"header": {"exp": [1]}},
        {"header": {"alg": "HS256"}},
        {"header": {"alg": "none"}},
        {"header": {"kid": "../../other/key"}},
        {"header": {"kid": "unknown"}},
        {"header": {"kid": None}},
        {"header": {"kid": 7}},
        {"header": {"crit": ["b64"], "b64": False}},
        {"key": ec.generate_private_key(ec.SECP256R1())},
    ],
    ids=" ".join,
)
def test_a_word_that_is_not_our_load_balancers_is_refused(
    balancer: Balancer, identity: Identity, said: dict[str, Any]
) -> None:
    """What is wrong with it stands in the log, and is not told."""
    assert _refusal(identity, balancer.token(**said)) == (
        "the load balancer's word for who asks is not valid"
    )


@pytest.mark.parametrize("token", ["x", "a.b", "a.b.c", "....", "é.b.c", "{}.{}.{}", "a" * 9000])
def test_what_is_no_token_is_refused(identity: Identity, token: str) -> None:
    """As any other that cannot be believed."""
    assert "is not valid" in _refusal(identity, token)


def test_claims_cannot_be_changed(balancer: Balancer, identity: Identity) -> None:
    """The signature is over them."""
    header, _, signature = balancer.token().split(".")
    claims = {"sub": "bob", "iss": ISSUER, "exp": int(time.time()) + 60}
    changed = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()

    assert "is not valid" in _refusal(identity, f"{header}.{changed}.{signature}")


@pytest.mark.parametrize("token", [None, ""])
def test_without_a_word_nobody_gets_in(identity: Identity, token: str | None) -> None:
    """Whoever reaches the pod directly has none."""
    assert _refusal(identity, token).startswith("this request did not come through the load")


@pytest.mark.parametrize("subject", [None, "", 7, ["a"]])
def test_a_word_about_nobody_is_refused(
    balancer: Balancer, identity: Identity, subject: object
) -> None:
    """Two of them would share their runs."""
    assert _refusal(identity, balancer.token(claims={"sub": subject}))


def test_all_load_balancers_of_the_account_may_be_believed(balancer: Balancer) -> None:
    """If the setting ends with a slash; those of other accounts never."""
    settings = IdentitySettings(issuer=ISSUER, signer=BALANCERS, keys=balancer.endpoint)
    with closing(PublicKeys(balancer.endpoint)) as keys:
        identity = Identity(settings, keys)

        assert identity(balancer.token()).owner
        assert _refusal(identity, balancer.token(header={"signer": _OTHER}))


def test_a_key_is_fetched_once(balancer: Balancer, identity: Identity) -> None:
    """Also one that there is not; no name gets to another address."""
    for _ in range(3):
        identity(balancer.token())
        _refusal(identity, balancer.token(header={"kid": "unknown"}))
        _refusal(identity, balancer.token(header={"kid": "../x?y"}))

    assert sorted(balancer.requests) == sorted([f"/{balancer.kid}", "/unknown"])


def test_a_load_balancer_may_change_its_key(balancer: Balancer, identity: Identity) -> None:
    """The new one has a new name."""
    identity(balancer.token())
    new = ec.generate_private_key(ec.SECP256R1())
    balancer.keys["new"] = pem(new)

    assert identity(balancer.token(header={"kid": "new"}, key=new)).owner


def test_keys_that_cannot_be_had_are_no_strangers_fault(
    balancer: Balancer, identity: Identity
) -> None:
    """503: the next request asks again."""
    balancer.status = 500
    with pytest.raises(Unavailable, match="public keys are answered with 500"):
        identity(balancer.token())

    balancer.status = 200
    assert identity(balancer.token()).owner


@pytest.mark.parametrize("content", [b"<html>", b"", pem(ec.generate_private_key(ec.SECP384R1()))])
def test_what_is_no_key_of_the_kind_opens_nothing(
    balancer: Balancer, identity: Identity, content: bytes
) -> None:
    """Whatever answers at that address."""
    balancer.keys[balancer.kid] = content or b" "

    assert _refusal(identity, balancer.token())
