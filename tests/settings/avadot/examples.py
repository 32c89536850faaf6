"""Avadot with made-up images, for tests to look at and to spoil."""

from settings.avadot import environments
from settings.exposure import Domain
from tests.settings.examples import image_of

IMAGES = {
    "k8s-device-plugin": image_of("avadot/k8s-device-plugin", 15, tag="v0.20.0"),
    **{
        program: image_of(f"avadot/{program}", number)
        for number, program in enumerate(
            (
                "backend",
                "tarot",
                "custom-chat",
                "blind-date",
                "concierge",
                "fact-worker",
                "a2f-grpc-server",
                "model-store",
            )
        )
    },
}

PROD = environments.prod(IMAGES)
DEV = environments.dev(IMAGES)
CPU_NODES, GPU_NODES = PROD.cluster.node_groups
SERVICES = {service.name: service for service in PROD.services}
DOMAIN = Domain(
    name="avadot.example.com",
    certificate_arn="arn:aws:acm:ap-northeast-2:123456789012:certificate/0123-abcd",
)
