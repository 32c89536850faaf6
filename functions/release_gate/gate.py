"""The verdict on a whole release."""

from collections.abc import Iterable, Iterator

from .look import Look
from .objects import KubeObject, is_observed, name_of, wanted_replicas
from .release import Release
from .rollout import judge
from .verdict import Complete, Failed, Verdict, Waiting


def judge_release(release: Release, look: Look, *, elapsed: float) -> Verdict:
    """Judge all workloads, and once they are complete the services in front of them.

    `elapsed` counts seconds from the start of the release.
    """
    verdicts = [judge(workload, look, elapsed=elapsed) for workload in release.workloads]
    failures = [verdict.reason for verdict in verdicts if isinstance(verdict, Failed)]
    if failures:
        return Failed("; ".join(failures))
    waits = [verdict.what for verdict in verdicts if isinstance(verdict, Waiting)]
    if waits:
        return Waiting("; ".join(waits))
    unserved = list(_unserved(release, look))
    if not unserved:
        return Complete()
    what = f"no ready endpoint for service {', '.join(unserved)}"
    if elapsed < release.limit:
        return Waiting(what)
    return Failed(f"not complete after {release.limit} s: {what}")


def _unserved(release: Release, look: Look) -> Iterator[str]:
    for service in release.services:
        if not _has_ready_endpoint(service, look) and not _is_at_rest(service, look):
            yield service


def _has_ready_endpoint(service: str, look: Look) -> bool:
    slices = (item for item in look.endpoint_slices if _service_of(item) == service)
    # An endpoint that does not say whether it is ready counts as ready (EndpointSlice v1).
    return any(
        endpoint.get("conditions", {}).get("ready", True)
        for item in slices
        for endpoint in item.get("endpoints") or []
    )


def _service_of(endpoint_slice: KubeObject) -> str | None:
    labels = endpoint_slice["metadata"].get("labels", {})
    name: str | None = labels.get("kubernetes.io/service-name")
    return name


def _is_at_rest(service: str, look: Look) -> bool:
    """Whether a service selects only workloads that were scaled to zero on purpose."""
    found = (item for item in look.services if name_of(item) == service)
    selector = next((item["spec"].get("selector") for item in found), None)
    if not selector:
        return False
    behind = list(_selected((*look.deployments, *look.stateful_sets), selector))
    return bool(behind) and all(
        is_observed(workload) and wanted_replicas(workload) == 0 for workload in behind
    )


def _selected(workloads: Iterable[KubeObject], selector: KubeObject) -> Iterator[KubeObject]:
    for workload in workloads:
        labels = workload["spec"]["template"]["metadata"].get("labels", {})
        if selector.items() <= labels.items():
            yield workload
