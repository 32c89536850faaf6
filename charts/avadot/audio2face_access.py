"""How pods of the namespace call the Audio2Face server."""

from lightkube.models.meta_v1 import LabelSelector

from settings.avadot.audio2face import Audio2Face


def headless_name(server: Audio2Face) -> str:
    """Return the name that stands for the pods themselves, ready ones only."""
    return f"{server.name}-headless"


def caller_labels(server: Audio2Face) -> dict[str, str]:
    """Return what a pod must carry to be let through to the server."""
    return {f"{server.name}-caller": "true"}


def callers(server: Audio2Face) -> LabelSelector:
    """Select the pods that may call the server."""
    return LabelSelector(matchLabels=caller_labels(server))


def variables(server: Audio2Face) -> dict[str, str]:
    """Return the environment of a caller.

    The target names every pod, for a client that takes them in turn (`round_robin`): behind the
    one address of an ordinary Service a long HTTP/2 connection would stay on one pod for ever.
    """
    return {"A2F_GRPC_TARGET": f"dns:///{headless_name(server)}:{server.port}"}
