"""Dubbing with made-up images, for tests to look at and to spoil."""

from settings.dubbing import environments
from settings.dubbing.services import ModelService
from settings.dubbing.system import Dubbing
from tests.settings.examples import image_of

IMAGES = {
    program: image_of(f"dubbing/{program}", number)
    for number, program in enumerate(
        (
            "whisper-pyannote-stt",
            "marian-mt",
            "styletts-tts",
            "xtts-tts",
            "wav2lip-lipsync",
            "model-store",
            "queue-exporter",
            "cost-exporter",
            "k8s-device-plugin",
        ),
        start=20,
    )
}
PROD = environments.prod(IMAGES)
DEV = environments.dev(IMAGES)


def service_of(system: Dubbing, name: str) -> ModelService:
    """Return a model service by its name."""
    (found,) = (service for service in system.services if service.name == name)
    return found
