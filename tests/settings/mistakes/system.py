"""Mistakes that only the system as a whole can see."""

from dataclasses import replace

from tests.settings.examples import PROD, SERVICES
from tests.settings.mistakes import NAME_RULE, Mistake

_BACKEND, _TAROT = SERVICES["backend"], SERVICES["tarot"]

SYSTEM = (
    Mistake(
        "environment with a hyphen",
        lambda: replace(PROD, environment="Pre-Prod"),
        "environment is 'Pre-Prod': use letters, as Prod",
    ),
    Mistake(
        "namespace with a capital",
        lambda: replace(PROD, namespace="Avadot"),
        f"namespace is 'Avadot': {NAME_RULE}",
    ),
    Mistake(
        "service given twice",
        lambda: replace(PROD, services=(_BACKEND, replace(_BACKEND, port=4100))),
        "service name is 'backend': each must be given once",
    ),
    Mistake(
        "port given twice",
        lambda: replace(PROD, services=(_BACKEND, replace(_TAROT, port=4008))),
        "service port is '4008': each must be given once",
    ),
    Mistake(
        "key of a provider that the system does not keep",
        lambda: replace(PROD, services=(replace(_TAROT, provider_secrets=("mistral",)),)),
        "service tarot provider_secrets is 'mistral': "
        "must be one of the system's providers anthropic, openai, elevenlabs",
    ),
)
