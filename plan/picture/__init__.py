"""The architecture as a picture, drawn from the assembly."""

from plan.picture.svg import alone, pictures

__all__ = ["alone", "pictures"]
