"""Silver Guardian with made-up images, for tests to look at and to spoil."""

from dataclasses import replace

from settings.guardian import environments
from settings.guardian.analyzers import Detector
from settings.guardian.system import Guardian
from tests.settings.examples import image_of

IMAGES = {
    program: image_of(f"guardian/{program}", number)
    for number, program in enumerate(("audio-analyzer", "video-analyzer"), start=8)
}

PROD = environments.prod(IMAGES)
DEV = environments.dev(IMAGES)
(GENERAL,) = PROD.cluster.node_groups
(ML_SPOT,) = PROD.cluster.node_pools
DETECTOR = Detector(
    uri="s3://example-models/detectors/voices.onnx",
    sha256="ab" * 32,
    model_store_image=image_of("guardian/model-store", 10),
)


def detecting(system: Guardian) -> Guardian:
    """Give one analyser of a system a trained detector; it is an environment of its own then."""
    return replace(
        system,
        environment="Detecting",
        namespace="guardian-detecting",
        audio=replace(system.audio, detector=DETECTOR),
        cluster=replace(system.cluster, name="detecting"),
    )


DETECTING = detecting(PROD)
