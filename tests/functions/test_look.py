"""One look reads everything that a verdict is made of, in an order that cannot mislead."""

from functions.release_gate.kube import Namespace
from functions.release_gate.look import look_at

from .api_server import ApiServer
from .pods import NOW, pod


def test_pods_are_read_before_what_owns_them(api: ApiServer) -> None:
    """A pod is outdated only by what its owner says later, never by what it said before."""
    api.lists["pods"] = [pod()]
    with Namespace(
        "avadot",
        endpoint=api.endpoint,
        certificate_authority=api.certificate_authority,
        token="k8s-aws-v1.x",
    ) as namespace:
        seen = look_at(namespace, NOW)

    assert (seen.at, seen.pods, seen.stateful_sets) == (NOW, [pod()], [])
    assert [path.rpartition("/")[2] for _, path in api.requests] == [
        "pods",
        "replicasets",
        "deployments",
        "statefulsets",
        "services",
        "endpointslices",
        "events?fieldSelector=type%3DWarning",
    ]
