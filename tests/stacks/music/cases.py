"""What the shared tests must know of Music."""

from collections.abc import Mapping

from settings.music import environments
from settings.music.system import Music
from settings.systems import images_of

PROD, DEV = (make(images_of(Music)) for make in (environments.prod, environments.dev))
ALTERNATIVES: tuple[Music, ...] = ()
EVERY = (PROD, DEV)
ON_EVERY_RESOURCE: Mapping[str, Mapping[str, str]] = {}
"""What its own stacks may do to every resource: policy, action, reason."""
