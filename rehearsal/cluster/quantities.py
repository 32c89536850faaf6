"""Kubernetes quantities as numbers."""

_FACTORS = {
    "m": 1e-3,
    "": 1.0,
    "k": 1e3,
    "M": 1e6,
    "G": 1e9,
    "T": 1e12,
    "Ki": 2.0**10,
    "Mi": 2.0**20,
    "Gi": 2.0**30,
    "Ti": 2.0**40,
}


def quantity(text: str) -> float:
    """Return cores, bytes or pieces: `250m` is 0.25, `1Gi` is 1073741824."""
    number = text.rstrip("kmKMGTi")
    return float(number) * _FACTORS[text[len(number) :]]
