"""What stands in a namespace before every workload."""

from collections.abc import Mapping
from typing import Any

import cdk8s

from charts.namespace import NamespaceChart
from charts.release_gate import ReleaseGateChart
from settings.system import System


def namespace_objects(system: System, *, labels: Mapping[str, str] | None = None) -> list[Any]:
    """Return a system's namespace, closed as it begins, and what the release gate may do in it."""
    namespace = NamespaceChart(
        cdk8s.App(),
        system=system.label,
        namespace=system.namespace,
        kubernetes=system.cluster.kubernetes,
        labels=labels,
    )
    gate = ReleaseGateChart(cdk8s.App(), system=system.label, namespace=system.namespace)
    return [*namespace.to_json(), *gate.to_json()]
