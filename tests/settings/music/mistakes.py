"""Music's steps, their order, its API and who may call it."""

from dataclasses import replace

from settings.exposure import LoadBalancer, PlainHttp
from tests.settings.mistakes import NAME_RULE, each_wrong, right, wrong
from tests.settings.music.examples import COMPOSING, LISTENING, PROD

_PIPELINE, _UPLOADS, _LOGIN = PROD.pipeline, PROD.uploads, PROD.login
_LISTEN, _COMPOSE, _END = _PIPELINE.steps
assert _LISTEN.models
_MODELS = _LISTEN.models
_DIGITS = "take the 64 hexadecimal digits that `model-store publish` prints"
_ADDRESS_RULE = "write an address of the provider, as https://login.example.com/authorize"


def _composing_on(*types: str) -> dict[str, object]:
    pool = replace(COMPOSING, instance_types=types)
    return {"cluster": replace(PROD.cluster, node_pools=(LISTENING, pool))}


MISTAKES = (
    *(
        wrong(
            f"Riffusion on a GPU of {memory} MiB",
            PROD,
            f"workload compose gpu_memory_mib is 30720: a GPU of node pool composing has "
            f"{memory} MiB",
            **_composing_on(name),
        )
        for name, memory in {
            "g4dn.2xlarge": 16384,
            "g5.2xlarge": 22888,
            "g6.2xlarge": 22888,
        }.items()
    ),
    wrong(
        "one type that does not fit among those that do",
        PROD,
        "workload compose gpu_memory_mib is 30720: a GPU of node pool composing has 22888 MiB",
        **_composing_on("g6e.xlarge", "g6.2xlarge"),
    ),
    wrong(
        "system without a domain, whose load balancer could ask nobody who they are",
        PROD,
        "load balancer names is PlainHttp(): give a Domain: an ALB logs people in by HTTPS only, "
        "and without it all would be open",
        load_balancer=LoadBalancer(names=PlainHttp()),
    ),
    wrong(
        "certificate of another region",
        PROD,
        "domain certificate_arn is "
        "'arn:aws:acm:us-east-1:123456789012:certificate/0123': the load balancer takes "
        "certificates of its own region ap-northeast-2",
        load_balancer=LoadBalancer(
            names=replace(
                PROD.domain,
                certificate_arn="arn:aws:acm:us-east-1:123456789012:certificate/0123",
            )
        ),
    ),
    *each_wrong(_LISTEN, "step", ("name", NAME_RULE, {"step with a capital": "Listen"})),
    *each_wrong(
        _LISTEN,
        "step listen",
        ("program", "name a module, as listener", {"step that is a command": "listener --fast"}),
        ("gpu_memory_mib", "must not be below 0", {"step that gives back memory": -1}),
        ("most", "must be at least 1", {"step without a pod": 0}),
        ("deadline", "must be at least 1 s", {"step without time": 0}),
        (
            "retries",
            "must be from 0 to 5; each may cost a GPU for the whole deadline",
            {"step begun again below zero times": -1, "step begun again for ever": 6},
        ),
        ("scratch_gib", "must be above 0", {"step without room": 0}),
    ),
    wrong(
        "models of a step without a GPU",
        _END,
        f"step end models is '{'ab' * 32}': only a step with a GPU loads some",
        models=replace(_MODELS, version="ab" * 32),
    ),
    *each_wrong(
        _MODELS,
        "models",
        ("version", _DIGITS, {"step's models by a name": "whisper-large"}),
        ("disk_gib", "must be at least 1", {"step's models that take no disk": 0}),
    ),
    *each_wrong(
        _PIPELINE,
        "pipeline",
        ("seeds", "give at least one", {"pipeline without a result": ()}),
        (
            "at_once",
            "must be from 1 to the 4 pods of compose",
            {"run of no pods": 0, "run of more pods than there may be": 5},
        ),
        ("runs", "must be at least 1", {"no run at a time": 0}),
        (
            "deadline",
            "must not be below the 3000 s of its steps, one after the other",
            {"run given up while its steps still may go on": 2999},
        ),
        ("kept", "must be at least 1 s", {"run that nobody can look at": 0}),
        ("kept_failed", "must be at least 1 s", {"failed run that nobody can look at": 0}),
    ),
    wrong(
        "the same result twice",
        _PIPELINE,
        "pipeline seed is '42': each must be given once",
        seeds=(42, 42),
    ),
    wrong("negative seed", _PIPELINE, "pipeline seed is -1: must not be below 0", seeds=(42, -1)),
    wrong(
        "two steps of one name",
        _PIPELINE,
        "step name is 'listen': each must be given once",
        ending=replace(_END, name="listen"),
    ),
    wrong(
        "end that waits for the end of another run",
        _PIPELINE,
        "step end most is 1: 2 runs may end together, and none may wait for another's end",
        ending=replace(_END, most=1),
    ),
    *each_wrong(
        _UPLOADS,
        "uploads",
        (
            "largest_mb",
            "must be from 1 to 5000, S3 takes no more in one request",
            {"videos of nothing": 0, "videos larger than a request": 5001},
        ),
        ("open_runs", "must be from 1 to 100", {"nobody may run": 0, "one may run all": 101}),
        ("kept_days", "must be at least 1", {"results deleted at once": 0}),
    ),
    *each_wrong(
        _LOGIN,
        "login",
        ("issuer", _ADDRESS_RULE, {"provider in the clear": "http://login.example.com"}),
        ("authorization_endpoint", _ADDRESS_RULE, {"no authorization endpoint": ""}),
        ("token_endpoint", _ADDRESS_RULE, {"token endpoint without its host": "/token"}),
        (
            "user_info_endpoint",
            _ADDRESS_RULE,
            {"user info endpoint with a query": "https://login.example.com/userinfo?a=1"},
        ),
        ("scope", "openid must be among its words", {"login that tells no subject": "email"}),
        (
            "session_seconds",
            "an ALB takes 1 to 604800 s",
            {"login for no time": 0, "login for longer than a week": 604_801},
        ),
    ),
    *each_wrong(PROD.api, "API", ("name", NAME_RULE, {"API with an underscore": "music_api"})),
    *each_wrong(
        PROD.api, "API music-api", ("port", "must be from 1 to 65535", {"API at port zero": 0})
    ),
)
EDGES = (
    right("step that is never begun again", _LISTEN, retries=0),
    right(
        "step that just fits its GPU",
        PROD,
        pipeline=replace(_PIPELINE, composing=replace(_COMPOSE, gpu_memory_mib=45_776)),
    ),
    right("run that has no second more than its steps", _PIPELINE, deadline=3000),
    right("one result", _PIPELINE, seeds=(42,)),
    right("largest upload of one request", _UPLOADS, largest_mb=5000),
    right("provider at a port", _LOGIN, issuer="https://login.example.com:8443/realms/music"),
    right("login that asks for more", _LOGIN, scope="openid email"),
)
