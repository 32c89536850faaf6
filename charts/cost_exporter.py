"""The cost exporter: what each service costs, for Prometheus."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import cdk8s
from constructs import Construct
from lightkube.models.core_v1 import ConfigMap, ConfigMapVolumeSource, Volume, VolumeMount
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.models.rbac_v1 import (
    ClusterRole,
    ClusterRoleBinding,
    PolicyRule,
    RoleRef,
    Subject,
)

from catalog import UnknownFactError, instance_type
from catalog.prices import price
from charts import network_policy
from charts.context import Addresses, Context
from charts.exporter import Exporter, exporter_objects
from charts.monitoring import PROMETHEUS, PROMETHEUS_PORT, PROMETHEUS_URL
from charts.objects import Identity, add, digest_of
from settings.workloads import Workload

PORT = 9091
_API_PORT = 443
API_SERVICES = ("10.100.0.1/32", "172.20.0.1/32")
"""The address of the API's Service: EKS takes the one that the network's range leaves free."""
_VOLUME = "config"
_CAPACITIES = {"on-demand": "ec2", "spot": "ec2-spot"}
"""Where the catalog has the price of each of Karpenter's capacity types."""


def price_list(region: str, types: Iterable[str]) -> dict[str, Any]:
    """Return the catalog's prices of instance types as the exporter reads them.

    Raise `UnknownFactError` for a type without a price on demand. One that is not known on spot has
    no such price, and the exporter counts such nodes. The day is that of the oldest price.
    """
    listed, days = {}, []
    for name in sorted(types):
        usd = {}
        for capacity, kind in _CAPACITIES.items():
            try:
                found = price(region, f"{kind}.{name}")
            except UnknownFactError:
                if capacity == "on-demand":
                    raise
            else:
                usd[capacity] = float(found.usual)
                days.append(found.date)
        listed[name] = {"gpus": instance_type(name).gpus, "usd_per_hour": usd}
    return {"as_of": min(days).isoformat(), "types": listed}


class CostExporterChart(cdk8s.Chart):
    """One pod that lists nodes and pods.

    `prices` is a `price_list`; `budgets` are USD a month by namespace and service. `api` is where
    the Kubernetes API answers, by its Service's address too: some networks judge connections before
    that is replaced.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        workload: Workload,
        context: Context,
        prices: Mapping[str, Any],
        budgets: Mapping[str, Mapping[str, int]],
        api: Addresses,
    ) -> None:
        super().__init__(scope, workload.name)
        identity = context.identity(workload.name, workload.image)
        self._allow_to_list(identity)
        files = {
            "prices.json": json.dumps(prices),
            "budgets.json": json.dumps({"usd_per_month": budgets}),
        }
        add(
            self,
            ConfigMap(apiVersion="v1", kind="ConfigMap", metadata=identity.metadata(), data=files),
        )
        exporter = Exporter(
            port=PORT,
            variables={"PROMETHEUS_URL": PROMETHEUS_URL},
            volume=Volume(name=_VOLUME, configMap=ConfigMapVolumeSource(name=identity.name)),
            mount=VolumeMount(name=_VOLUME, mountPath="/config", readOnly=True),
            egress=[
                network_policy.to(api, _API_PORT),
                network_policy.to(PROMETHEUS, PROMETHEUS_PORT),
            ],
            annotations={"checksum/config": digest_of(files)},
            asks_api=True,
            speaks_about_others=True,
        )
        image = context.images.reference(workload.image)
        for manifest in exporter_objects(exporter, identity, workload, image=image):
            add(self, manifest)

    def _allow_to_list(self, identity: Identity) -> None:
        """Let the pod's account list nodes and the pods of all namespaces, and nothing else."""
        metadata = ObjectMeta(name=identity.name, labels=identity.labels)
        rule = PolicyRule(apiGroups=[""], resources=["nodes", "pods"], verbs=["list"])
        add(
            self,
            ClusterRole(
                apiVersion="rbac.authorization.k8s.io/v1",
                kind="ClusterRole",
                metadata=metadata,
                rules=[rule],
            ),
        )
        account = Subject(kind="ServiceAccount", name=identity.name, namespace=identity.namespace)
        add(
            self,
            ClusterRoleBinding(
                apiVersion="rbac.authorization.k8s.io/v1",
                kind="ClusterRoleBinding",
                metadata=metadata,
                roleRef=RoleRef(
                    apiGroup="rbac.authorization.k8s.io", kind="ClusterRole", name=identity.name
                ),
                subjects=[account],
            ),
        )
