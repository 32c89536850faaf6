"""How the model store's image brings models to a pod before its program starts."""


def pull(*, bucket: str, prefix: str, version: str, destination: str) -> list[str]:
    """Return what the model store is told: bring this content and nothing else."""
    return [
        "pull",
        *("--bucket", bucket),
        *("--prefix", prefix),
        *("--version", version),
        *("--destination", destination),
    ]
