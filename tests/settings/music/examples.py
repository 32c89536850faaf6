"""Music with made-up images, for tests to look at and to spoil."""

from settings.music import environments
from tests.settings.examples import image_of

IMAGES = {
    program: image_of(f"music/{program}", number)
    for number, program in enumerate(
        ("music-api", "listener", "composer", "model-store", "k8s-device-plugin"), start=40
    )
}
PROD = environments.prod(IMAGES)
DEV = environments.dev(IMAGES)
(GENERAL,) = PROD.cluster.node_groups
LISTENING, COMPOSING = PROD.cluster.node_pools
