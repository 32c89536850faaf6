"""What the shared tests must know of Dubbing."""

from collections.abc import Mapping

from settings.dubbing import environments
from settings.dubbing.system import Dubbing
from settings.systems import images_of

PROD, DEV = (make(images_of(Dubbing)) for make in (environments.prod, environments.dev))
ALTERNATIVES: tuple[Dubbing, ...] = ()
EVERY = (PROD, DEV)
ON_EVERY_RESOURCE: Mapping[str, Mapping[str, str]] = {}
"""What its own stacks may do to every resource: policy, action, reason."""
