"""Facts of the outside world, each dated and sourced in the data file it comes from."""

from catalog.addons import AddOn, add_on, requests_per_node
from catalog.data_stores import check_data_store_class
from catalog.instances import InstanceType, instance_type
from catalog.kubernetes import (
    KubectlLayer,
    KubernetesVersion,
    kubernetes_support,
    kubernetes_version,
)
from catalog.needs import Definitions, definitions, needs, unknown_drivers
from catalog.reader import UnknownFactError
from catalog.zones import check_zone

__all__ = [
    "AddOn",
    "Definitions",
    "InstanceType",
    "KubectlLayer",
    "KubernetesVersion",
    "UnknownFactError",
    "add_on",
    "check_data_store_class",
    "check_zone",
    "definitions",
    "instance_type",
    "kubernetes_support",
    "kubernetes_version",
    "needs",
    "requests_per_node",
    "unknown_drivers",
]
