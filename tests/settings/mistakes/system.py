"""Mistakes that only the system as a whole can see."""

from dataclasses import replace

from tests.settings.examples import PROD, SERVICES
from tests.settings.mistakes import NAME_RULE, Mistake

_BACKEND, _TAROT = SERVICES["backend"], SERVICES["tarot"]
_ENVIRONMENT_RULE = "use letters and digits after a capital, as Prod"
_NAMESPACE_RULE = "use one of its own, this is Kubernetes'"

SYSTEM = (
    Mistake(
        "environment with a hyphen",
        lambda: replace(PROD, environment="Pre-Prod"),
        f"environment is 'Pre-Prod': {_ENVIRONMENT_RULE}",
    ),
    Mistake(
        "environment in small letters",
        lambda: replace(PROD, environment="prod"),
        f"environment is 'prod': {_ENVIRONMENT_RULE}",
    ),
    Mistake(
        "environment in letters that CloudFormation lacks",
        lambda: replace(PROD, environment="Prüfung"),
        f"environment is 'Prüfung': {_ENVIRONMENT_RULE}",
    ),
    Mistake(
        "environment without a name",
        lambda: replace(PROD, environment=""),
        f"environment is '': {_ENVIRONMENT_RULE}",
    ),
    Mistake(
        "namespace with a capital",
        lambda: replace(PROD, namespace="Avadot"),
        f"namespace is 'Avadot': {NAME_RULE}",
    ),
    Mistake(
        "namespace of whoever chose none",
        lambda: replace(PROD, namespace="default"),
        f"namespace is 'default': {_NAMESPACE_RULE}",
    ),
    Mistake(
        "namespace of the cluster's own pods",
        lambda: replace(PROD, namespace="kube-system"),
        f"namespace is 'kube-system': {_NAMESPACE_RULE}",
    ),
    Mistake(
        "provider given twice",
        lambda: replace(PROD, providers=(*PROD.providers, "openai")),
        "providers is 'openai': each must be given once",
    ),
    Mistake(
        "no service",
        lambda: replace(PROD, services=()),
        "services is (): give at least one",
    ),
    Mistake(
        "service given twice",
        lambda: replace(PROD, services=(_BACKEND, replace(_TAROT, name="backend"))),
        "service name is 'backend': each must be given once",
    ),
    Mistake(
        "component given twice",
        lambda: replace(PROD, services=(_BACKEND, replace(_TAROT, component="backend"))),
        "service component is 'backend': each must be given once",
    ),
    Mistake(
        "service with the name of the Audio2Face server",
        lambda: replace(PROD, services=(_BACKEND, replace(_TAROT, name="a2f-grpc-server"))),
        "service name is 'a2f-grpc-server': the Audio2Face server has it, choose another",
    ),
    Mistake(
        "port given twice",
        lambda: replace(PROD, services=(_BACKEND, replace(_TAROT, port=4008))),
        "service port is 4008: backend and tarot need one each",
    ),
    Mistake(
        "key of a provider that the system does not keep",
        lambda: replace(PROD, services=(replace(_TAROT, provider_secrets=("mistral",)),)),
        "service tarot provider_secrets is 'mistral': "
        "must be one of the system's providers anthropic, openai, elevenlabs",
    ),
)
