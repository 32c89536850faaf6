"""What the workloads' stack of every system has: namespaces, objects with their roles, the gate."""

from collections.abc import Mapping, Sequence
from typing import Any

import aws_cdk as cdk
import cdk8s
from constructs import Construct, IDependable

from charts.namespace import NamespaceChart
from charts.objects import digest_of
from charts.release_gate import GROUP, ReleaseGateChart
from settings.system import System
from settings.workloads import Workload, WorkloadKind
from stacks.cluster import ClusterStack
from stacks.network import Foundations
from stacks.parts.ingresses import require_ingresses
from stacks.parts.logs import remove_logs
from stacks.parts.objects import Objects, require_add_ons
from stacks.parts.pod_role import PodRole
from stacks.parts.release import Gated, Release


class SystemStack(cdk.Stack):
    """One release of a system; a subclass deploys its workloads and then asks for `release`."""

    def __init__(
        self,
        scope: Construct,
        *,
        system: System,
        foundations: Foundations,
        cluster: ClusterStack,
    ) -> None:
        super().__init__(
            scope,
            system.name,
            env=foundations.env,
            tags=dict(system.tags),
            description=f"{system.title}: workloads",
        )
        self.cluster = cluster.cluster
        self._system = system
        self._vpc = foundations.network.vpc
        self._ready = cluster.ready
        self._manifests: list[Objects] = []
        self._checks: dict[str, Workload] = {}

    def make_namespace(self, *charts: cdk8s.Chart, labels: Mapping[str, str] | None = None) -> None:
        """Make the namespace, closed as it begins, with the gate's rights and the given charts."""
        objects = self._namespace_objects(charts, labels)
        self._namespace = self._objects(self, "Namespace", objects, after=())

    def pod_role(self, subtree: Construct) -> PodRole:
        """Make a role without rights for the pods of the workload that a subtree is of."""
        return PodRole(subtree, "Role", cluster=self.cluster)

    def digest(self, content: object) -> str:
        """Digest what may hold references: their numbers as text change with every other one."""
        return digest_of(self.resolve(content))

    def deploy(
        self,
        subtree: Construct,
        workload: Workload,
        chart: cdk8s.Chart,
        *,
        role: PodRole,
        check: cdk8s.Chart | None = None,
        after: Sequence[IDependable] = (),
    ) -> None:
        """Apply a workload's objects, once its pods can take their role, and then its check."""
        role.give_to(service_account=workload.name, namespace=self._system.namespace_of(workload))
        objects = self._objects(
            subtree, "Objects", chart.to_json(), after=[self._namespace, *after, role]
        )
        if check:
            self._check(subtree, workload, check.to_json(), after=objects)

    def apply(
        self,
        id: str,
        chart: cdk8s.Chart,
        *,
        scope: Construct | None = None,
        after: Sequence[IDependable] = (),
    ) -> Objects:
        """Apply objects of the system that are of no single workload."""
        return self._objects(scope or self, id, chart.to_json(), after=[self._namespace, *after])

    def _check(
        self, subtree: Construct, workload: Workload, jobs: Sequence[Any], *, after: Objects
    ) -> None:
        """Apply each Job as a resource of its own that another Job does not share.

        Then CloudFormation deletes the former Job only when the release has succeeded, and a
        rollback finds it as it ended: nothing is started, and no machine is waited for.
        """
        for job in jobs:
            name = job["metadata"]["name"]
            self._objects(subtree, name, [job], after=[after])
            self._checks[name] = workload

    def release(self, *, services: Sequence[str]) -> None:
        """Put the gate behind everything; each workload named must have a ready endpoint."""
        system = self._system
        Release(
            self,
            "Release",
            cluster=self.cluster,
            vpc=self._vpc,
            group=GROUP,
            settings=system.cluster,
            gated=[
                *(self._gated(one, one.kind.value, one.name) for one in system.workloads),
                *(self._gated(one, "Job", name) for name, one in self._checks.items()),
            ],
            services=[
                (system.namespace_of(one), one.name)
                for one in system.workloads
                if one.name in services
            ],
            manifests=self._manifests,
        )
        remove_logs(self, retained=system.retained)

    def _gated(self, workload: Workload, kind: str, name: str) -> Gated:
        namespace = self._system.namespace_of(workload)
        return Gated(namespace=namespace, kind=kind, name=name, rollout=workload.rollout)

    def _namespace_objects(
        self, charts: Sequence[cdk8s.Chart], labels: Mapping[str, str] | None
    ) -> list[Any]:
        system = self._system
        rollouts = any(one.kind is WorkloadKind.ROLLOUT for one in system.workloads)
        objects: list[Any] = []
        for namespace in system.namespaces:
            for chart in (
                NamespaceChart(
                    cdk8s.App(),
                    system=system.label,
                    namespace=namespace,
                    kubernetes=system.cluster.kubernetes,
                    labels=labels,
                ),
                ReleaseGateChart(
                    cdk8s.App(), system=system.label, namespace=namespace, rollouts=rollouts
                ),
            ):
                objects += chart.to_json()
        return [*objects, *(manifest for chart in charts for manifest in chart.to_json())]

    def _objects(
        self, scope: Construct, id: str, objects: Sequence[Any], *, after: Sequence[IDependable]
    ) -> Objects:
        require_add_ons(objects, self._system.cluster)
        require_ingresses(objects)
        made = Objects(
            scope, id, cluster=self.cluster, objects=objects, after=[*self._ready, *after]
        )
        self._manifests.append(made)
        return made
