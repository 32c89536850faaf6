"""Who uses what: load balancers pods, pods and workflows one another, stores and services."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plan.model.ai_services import models_of, transcribes
from plan.model.assembly import Assembly, Resource
from plan.model.cluster_objects import namespace_of
from plan.model.intrinsics import references
from plan.model.kubernetes import KubernetesObject, cluster_of, kubernetes_objects, named
from plan.model.load_balancers import ALB, annotations, ingress_groups
from plan.model.roles import policies_of, roles_of
from plan.model.selectors import Selector, label_selector, service_selector
from plan.model.state_machine import is_of_s3
from plan.model.workloads import workload_key
from plan.picture.diagram import DrawnConnection, DrawnLoadBalancer, Listener
from plan.picture.pods import pods_key
from plan.picture.services import PlacedService, model_key, transcription_key
from plan.picture.subnets import key_of


@dataclass(frozen=True)
class Connections:
    """The objects of an assembly that say who uses what."""

    assembly: Assembly

    def load_balancers(self) -> Iterator[tuple[str, DrawnLoadBalancer]]:
        for group in ingress_groups(self.assembly):
            yield (
                group.cluster,
                DrawnLoadBalancer(
                    name=group.name,
                    kind="Application Load Balancer",
                    is_open=group.is_internet_facing,
                    listeners=tuple(
                        listener for one in group.ingresses for listener in self._listeners(one)
                    ),
                ),
            )
        for one in self._objects:
            if one.kind == "Service" and one.document["spec"].get("type") == "LoadBalancer":
                yield self._cluster(one), self._balancer(one)

    def calls(self) -> Iterator[DrawnConnection]:
        """Yield which pods may call which others, as network policies name them.

        A rule for all pods of the namespace names none of them.
        """
        for policy in self._objects:
            if policy.kind != "NetworkPolicy":
                continue
            spec = policy.document["spec"]
            chosen = label_selector(spec.get("podSelector") or {})
            for rule in spec.get("ingress") or ():
                for peer in rule.get("from") or ():
                    if peer.get("podSelector") and "namespaceSelector" not in peer:
                        callers = self._selected(policy, label_selector(peer["podSelector"]))
                        for target in self._selected(policy, chosen):
                            yield from (
                                DrawnConnection(one, target) for one in callers if one != target
                            )

    def uses(self, shown: Mapping[str, str]) -> Iterator[DrawnConnection]:
        """Yield which pods use a service: they, or the policies of their role, name it.

        `shown` has the key of the store for each resource that the picture shows.
        """
        for one in self._workloads:
            named_by = [(one.stack, one.document), *self._granted(one)]
            found = (
                key_of(self.assembly, stack, f"${{{name}}}")
                for stack, document in named_by
                for name in sorted(references(document))
            )
            for service in dict.fromkeys(shown[name] for name in found if name and name in shown):
                yield DrawnConnection(self._key(one), service)

    @cached_property
    def _objects(self) -> list[KubernetesObject]:
        return kubernetes_objects(self.assembly)

    @cached_property
    def _workloads(self) -> list[KubernetesObject]:
        return [one for one in self._objects if one.pod_template]

    def _cluster(self, one: KubernetesObject) -> str:
        return cluster_of(self.assembly, one)

    def _key(self, one: KubernetesObject) -> str:
        return pods_key(self._cluster(one), workload_key(one))

    def _listeners(self, ingress: KubernetesObject) -> Iterator[Listener]:
        listens = json.loads(annotations(ingress).get(f"{ALB}/listen-ports", '[{"HTTP": 80}]'))
        for service in dict.fromkeys(_backends(ingress.document["spec"])):
            for pods in self._behind(ingress, service):
                for listen in listens:
                    for protocol, port in listen.items():
                        yield Listener(port=str(port), protocol=protocol, pods=pods)

    def _balancer(self, service: KubernetesObject) -> DrawnLoadBalancer:
        scheme = annotations(service).get("service.beta.kubernetes.io/aws-load-balancer-scheme")
        return DrawnLoadBalancer(
            name=service.name,
            kind="Network Load Balancer",
            is_open=scheme == "internet-facing",
            listeners=tuple(
                Listener(port=str(port["port"]), protocol=port.get("protocol", "TCP"), pods=pods)
                for pods in self._behind(service, service.name)
                for port in service.document["spec"].get("ports", ())
            ),
        )

    def _behind(self, near: KubernetesObject, service: str) -> list[str]:
        """Return the pods of a Service in the namespace of something."""
        for one in self._objects:
            if (one.kind, one.name) == ("Service", service) and self._is_beside(near, one):
                chosen = one.document["spec"].get("selector")
                return self._selected(one, service_selector(chosen)) if chosen else []
        return []

    def _selected(self, near: KubernetesObject, selector: Selector | None) -> list[str]:
        return [
            self._key(one)
            for one in self._workloads
            if self._is_beside(near, one) and selector and selector.matches(_labels(one))
        ]

    def _is_beside(self, near: KubernetesObject, one: KubernetesObject) -> bool:
        same_namespace = namespace_of(near) == namespace_of(one)
        return same_namespace and self._cluster(near) == self._cluster(one)

    def _granted(self, workload: KubernetesObject) -> Iterator[tuple[str, object]]:
        """Yield what the role of a workload's pods is allowed."""
        template = workload.pod_template or {}
        account = template["spec"].get("serviceAccountName", "default")
        wanted = {"ServiceAccount": account, "Namespace": namespace_of(workload)}
        for one in self.assembly.of_type("AWS::EKS::PodIdentityAssociation"):
            given = one.properties
            cluster = named(self.assembly, one.stack, str(given.get("ClusterName")))
            if wanted.items() <= given.items() and cluster == self._cluster(workload):
                role = self.assembly.target(one.stack, str(given.get("RoleArn")))
                if role:
                    yield role.stack, role.properties.get("Policies")
                    for policy in policies_of(self.assembly, [role]):
                        yield policy.stack, policy.properties.get("PolicyDocument")


def _backends(spec: Mapping[str, Any]) -> Iterator[str]:
    rules: Iterable[Mapping[str, Any]] = spec.get("rules") or ()
    backends = [path["backend"] for rule in rules for path in rule.get("http", {}).get("paths", ())]
    for backend in [spec.get("defaultBackend") or {}, *backends]:
        if "service" in backend:
            yield backend["service"]["name"]


def _labels(workload: KubernetesObject) -> Mapping[str, str]:
    template = workload.pod_template or {}
    return (template.get("metadata") or {}).get("labels") or {}


def links(assembly: Assembly, placed: Sequence[PlacedService]) -> Iterator[DrawnConnection]:
    """Yield who uses what: they, or the policies of their roles, name it."""
    shown = {member: one.service.key for one in placed for member in one.members}
    resources = {f"{one.stack}/{one.logical_id}": one for one in assembly.resources}
    for one in placed:
        if one.service.box_kind != "store":
            for member in sorted(one.members):
                for used in _used(assembly, resources[member], shown):
                    if used != one.service.key:
                        yield DrawnConnection(one.service.key, used)
    for rule in assembly.of_type("AWS::Events::Rule"):
        if is_of_s3(rule.properties):
            yield from _begun(assembly, rule, shown)


def _used(assembly: Assembly, member: Resource, shown: Mapping[str, str]) -> Iterator[str]:
    yield from _shown(assembly, member.stack, member.properties, shown)
    for policy in policies_of(assembly, roles_of(assembly, [member])):
        yield from _shown(assembly, policy.stack, policy.properties, shown)
        region = assembly.region_of(policy)
        yield from (model_key(model) for model in models_of(policy, region))
        if transcribes(policy):
            yield transcription_key(region)


def _shown(
    assembly: Assembly, stack: str, value: object, shown: Mapping[str, str]
) -> Iterator[str]:
    """Yield the keys of what a value names and the picture shows."""
    for name in sorted(references(value)):
        found = key_of(assembly, stack, f"${{{name}}}")
        if found is not None and found in shown:
            yield shown[found]


def _begun(
    assembly: Assembly, rule: Resource, shown: Mapping[str, str]
) -> Iterator[DrawnConnection]:
    """Yield that the buckets of a rule's pattern begin what it targets."""
    buckets = list(_shown(assembly, rule.stack, rule.properties.get("EventPattern"), shown))
    for target in rule.properties.get("Targets", ()):
        for begun in _shown(assembly, rule.stack, target.get("Arn"), shown):
            yield from (DrawnConnection(bucket, begun) for bucket in buckets)
