"""Avadot's services and Audio2Face, and what only the system as a whole can see of them."""

from dataclasses import replace

from tests.settings.avadot.examples import DOMAIN, PROD, SERVICES
from tests.settings.mistakes import NAME_RULE, each_wrong, right, wrong

_BACKEND, _TAROT, _WORKER = SERVICES["backend"], SERVICES["tarot"], SERVICES["fact-worker"]
_SERVER = PROD.audio2face
_ELSEWHERE = "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d"
_PORT_RULE = "must be from 1 to 65535"
_WORKER_RULE = "a worker has none, any other service needs one"

MISTAKES = (
    wrong(
        "certificate of another region",
        PROD,
        f"domain certificate_arn is '{_ELSEWHERE}': "
        f"the load balancer takes certificates of its own region {PROD.region}",
        load_balancer=replace(
            PROD.load_balancer, names=replace(DOMAIN, certificate_arn=_ELSEWHERE)
        ),
    ),
    wrong(
        "provider given twice",
        PROD,
        "providers is 'openai': each must be given once",
        providers=(*PROD.providers, "openai"),
    ),
    *(
        wrong(name, PROD, message, services=services)
        for name, message, services in (
            ("no service", "services is (): give at least one", ()),
            (
                "component given twice",
                "service component is 'backend': each must be given once",
                (_BACKEND, replace(_TAROT, component="backend")),
            ),
            (
                "service with the name of the Audio2Face server",
                "workload name is 'a2f-grpc-server': each must be given once",
                (_BACKEND, replace(_TAROT, name="a2f-grpc-server")),
            ),
            (
                "port given twice",
                f"service port is {_BACKEND.port}: backend and tarot need one each",
                (_BACKEND, replace(_TAROT, port=_BACKEND.port)),
            ),
            (
                "key of a provider that the system does not keep",
                (
                    "service tarot provider_secrets is 'mistral': "
                    "must be one of the system's providers anthropic, openai, elevenlabs"
                ),
                (replace(_TAROT, provider_secrets=("mistral",)),),
            ),
        )
    ),
    *each_wrong(
        _BACKEND, "service", ("name", NAME_RULE, {"service with an underscore": "custom_chat"})
    ),
    *each_wrong(
        _BACKEND,
        "service backend",
        ("port", _WORKER_RULE, {"service without a port": None}),
        ("port", _PORT_RULE, {"port zero": 0, "port that TCP does not have": 65536}),
    ),
    *each_wrong(
        _WORKER, "service fact-worker", ("port", _WORKER_RULE, {"worker with a port": 4012})
    ),
    wrong(
        "key of one provider given twice",
        _BACKEND,
        "service backend provider_secrets is 'openai': each must be given once",
        provider_secrets=("openai", "openai"),
    ),
    *each_wrong(
        _SERVER,
        "audio2face",
        ("name", NAME_RULE, {"Audio2Face name as long as a sentence": "a" * 64}),
        (
            "name",
            "use at most 52 characters, since Kubernetes appends to it",
            {"Audio2Face name too long for the label of its pods": "a" * 53},
        ),
        ("port", _PORT_RULE, {"Audio2Face at a port that TCP does not have": 65536}),
        (
            "default_model",
            "write the model's name alone, as multi-diffusion",
            {"model as a path": "../multi-diffusion", "no model": ""},
        ),
        ("replicas", "must be at least 1", {"Audio2Face without pods": 0}),
        ("gpus", "each pod needs at least 1", {"Audio2Face without a GPU": 0}),
        (
            "engine_limit",
            (
                "build and start must fit into the rollout's 3000 s, "
                "of which starting may take 300 s"
            ),
            {"engine build that outlasts the release": 2701, "engine build without time": 0},
        ),
    ),
    wrong(
        "Audio2Face killed in the middle of a clip",
        _SERVER,
        "audio2face shutdown termination_grace is 300: must outlast the longest clip of 300 s",
        shutdown=replace(_SERVER.shutdown, deregistration_delay=240, termination_grace=300),
    ),
)

EDGES = (
    right(
        "certificate of the region",
        PROD,
        load_balancer=replace(PROD.load_balancer, names=DOMAIN),
    ),
    right(
        "two workers, neither with a port",
        PROD,
        services=(_WORKER, replace(_WORKER, name="second", component="second")),
    ),
    right("lowest port", _BACKEND, port=1),
    right("highest port", _BACKEND, port=65535),
    right("longest Audio2Face name", _SERVER, name="a" * 52),
    right("model with a version", _SERVER, default_model="Claire_v2.3"),
    right(
        "shortest Audio2Face grace period",
        _SERVER,
        shutdown=replace(_SERVER.shutdown, deregistration_delay=240, termination_grace=301),
    ),
)
