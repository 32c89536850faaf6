"""Mistakes in the conversation services, the Audio2Face server and their images."""

from dataclasses import replace

from tests.settings.examples import IMAGES, PROD, SERVICES
from tests.settings.mistakes import NAME_RULE, Mistake

_BACKEND = SERVICES["backend"]
_SERVER = PROD.audio2face
_MODEL_RULE = "write the model's name alone, as multi-diffusion"
_REPOSITORY_RULE = "write it like avadot/backend, without the registry's host"
_HOST = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com"
_PIN = "pin it as sha256: and 64 hexadecimal digits (`make pin` does)"

IMAGE = (
    Mistake(
        "image pinned by a tag",
        lambda: replace(IMAGES["backend"], digest="1.0.0"),
        f"image avadot/backend digest is '1.0.0': {_PIN}",
    ),
    Mistake(
        "digest cut short",
        lambda: replace(IMAGES["backend"], digest="sha256:771bf1df"),
        f"image avadot/backend digest is 'sha256:771bf1df': {_PIN}",
    ),
    Mistake(
        "tag that moves",
        lambda: replace(IMAGES["backend"], tag="latest"),
        "image avadot/backend tag is 'latest': name a version, since `latest` moves",
    ),
    Mistake(
        "no tag",
        lambda: replace(IMAGES["backend"], tag=""),
        "image avadot/backend tag is '': name a version like 1.0.0",
    ),
    Mistake(
        "tag with its colon",
        lambda: replace(IMAGES["backend"], tag=":1.0.0"),
        "image avadot/backend tag is ':1.0.0': name a version like 1.0.0",
    ),
    Mistake(
        "repository with the registry's host",
        lambda: replace(IMAGES["backend"], repository=f"{_HOST}/avadot/backend"),
        f"image repository is '{_HOST}/avadot/backend': {_REPOSITORY_RULE}",
    ),
    Mistake(
        "repository with capitals",
        lambda: replace(IMAGES["backend"], repository="Avadot/backend"),
        f"image repository is 'Avadot/backend': {_REPOSITORY_RULE}",
    ),
    Mistake(
        "repository with a last slash",
        lambda: replace(IMAGES["backend"], repository="avadot/"),
        f"image repository is 'avadot/': {_REPOSITORY_RULE}",
    ),
)

WORKLOADS = (
    Mistake(
        "service name with an underscore",
        lambda: replace(_BACKEND, name="custom_chat"),
        f"service name is 'custom_chat': {NAME_RULE}",
    ),
    Mistake(
        "web service without a port",
        lambda: replace(_BACKEND, port=None),
        "service backend port is None: a worker has none, any other service needs one",
    ),
    Mistake(
        "worker with a port",
        lambda: replace(SERVICES["fact-worker"], port=4012),
        "service fact-worker port is 4012: a worker has none, any other service needs one",
    ),
    Mistake(
        "port zero",
        lambda: replace(_BACKEND, port=0),
        "service backend port is 0: must be from 1 to 65535",
    ),
    Mistake(
        "port that TCP does not have",
        lambda: replace(_BACKEND, port=65536),
        "service backend port is 65536: must be from 1 to 65535",
    ),
    Mistake(
        "key of one provider given twice",
        lambda: replace(_BACKEND, provider_secrets=("openai", "openai")),
        "service backend provider_secrets is 'openai': each must be given once",
    ),
    Mistake(
        "Audio2Face name too long for the label of its pods",
        lambda: replace(_SERVER, name="a" * 53),
        f"audio2face name is '{'a' * 53}': "
        "use at most 52 characters, since Kubernetes appends to it",
    ),
    Mistake(
        "Audio2Face at a port that TCP does not have",
        lambda: replace(_SERVER, port=65536),
        "audio2face port is 65536: must be from 1 to 65535",
    ),
    Mistake(
        "model as a path",
        lambda: replace(_SERVER, default_model="../multi-diffusion"),
        f"audio2face default_model is '../multi-diffusion': {_MODEL_RULE}",
    ),
    Mistake(
        "no model",
        lambda: replace(_SERVER, default_model=""),
        f"audio2face default_model is '': {_MODEL_RULE}",
    ),
    Mistake(
        "Audio2Face name as long as a sentence",
        lambda: replace(_SERVER, name="a" * 64),
        f"audio2face name is '{'a' * 64}': {NAME_RULE}",
    ),
    Mistake(
        "Audio2Face without pods",
        lambda: replace(_SERVER, replicas=0),
        "audio2face replicas is 0: must be at least 1",
    ),
    Mistake(
        "Audio2Face without a GPU",
        lambda: replace(_SERVER, gpus=0),
        "audio2face gpus is 0: each pod needs at least 1",
    ),
)
