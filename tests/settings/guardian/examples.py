"""Silver Guardian with made-up images, for tests to look at and to spoil."""

from settings.guardian import environments
from tests.settings.examples import image_of

IMAGES = {
    program: image_of(f"guardian/{program}", number)
    for number, program in enumerate(("audio-analyzer", "video-analyzer"), start=8)
}

PROD = environments.prod(IMAGES)
DEV = environments.dev(IMAGES)
GENERAL, ML_SPOT = PROD.cluster.node_groups
