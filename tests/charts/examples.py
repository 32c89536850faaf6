"""Avadot's charts as each environment draws them, in made-up surroundings."""

from dataclasses import replace
from functools import cache
from typing import Any

import cdk8s

from charts.audio2face import Audio2FaceChart
from charts.cluster import ClusterChart
from charts.entrance import READY_BEHIND_LOAD_BALANCER
from charts.local.overlay import Overlay
from charts.namespace import NamespaceChart
from charts.release_gate import ReleaseGateChart
from charts.service import ServiceChart
from charts.surroundings import (
    Addresses,
    Cache,
    Database,
    Entrance,
    ModelFiles,
    Registry,
    SecretsStore,
    Surroundings,
    Zones,
)
from settings.exposure import Domain, LoadBalancer
from settings.gpu import Audio2Face
from settings.images import Image
from settings.system import Avadot
from settings.workloads import CpuService
from tests.settings.examples import DEV, PROD

Objects = list[dict[str, Any]]

REGISTRY = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com"
DEVICE_PLUGIN = Image(
    repository="nvidia/k8s-device-plugin", tag="v0.20.0", digest=f"sha256:{15:064x}"
)
DOMAIN = Domain(
    name="avadot.example.com",
    certificate_arn="arn:aws:acm:ap-northeast-2:123456789012:certificate/0123-abcd",
)
WITH_DOMAIN = replace(PROD, load_balancer=LoadBalancer(names=DOMAIN))
OVERLAY = Overlay(DEV)


def surroundings(system: Avadot) -> Surroundings:
    """Describe a cloud in which the system could run."""
    stores = Addresses(cidrs=("10.0.64.0/24", "10.0.65.0/24"))
    return Surroundings(
        images=Registry(host=REGISTRY),
        database=Database(host="mysql.example.com", port=3306, name="avadot", location=stores),
        cache=Cache(host="valkey.example.com", port=6379, tls=True, location=stores),
        secrets=SecretsStore(
            region=system.region,
            arns={
                name: f"arn:aws:secretsmanager:{system.region}:123456789012:secret:{name}"
                for name in ("mysql", "valkey", *system.providers)
            },
        ),
        entrance=Entrance(load_balancer=system.load_balancer, cidrs=("10.0.0.0/24", "10.0.1.0/24")),
        nodes=Zones(),
    )


def service_objects(system: Avadot, service: CpuService) -> Objects:
    """Draw one conversation service."""
    return _draw(
        ServiceChart(
            cdk8s.App(),
            service=service,
            namespace=system.namespace,
            surroundings=surroundings(system),
            audio2face=system.audio2face,
        )
    )


def audio2face_objects(system: Avadot, server: Audio2Face) -> Objects:
    """Draw the Audio2Face server."""
    return _draw(
        Audio2FaceChart(
            cdk8s.App(),
            server=server,
            namespace=system.namespace,
            surroundings=surroundings(system),
            models=ModelFiles(
                region=system.region,
                bucket="example-models",
                models_prefix=system.model_store.models_prefix,
                models_version=system.model_store.models_version,
                engines_prefix=system.model_store.engines_prefix,
            ),
            node_groups=[group.name for group in system.cluster.gpu_groups],
        )
    )


@cache
def drawn(system: Avadot) -> dict[str, Objects]:
    """Draw every chart of a system, by the chart's name."""
    namespace = system.namespace
    return {
        "namespace": _draw(
            NamespaceChart(
                cdk8s.App(),
                system=system.label,
                namespace=namespace,
                kubernetes=system.cluster.kubernetes,
                labels=READY_BEHIND_LOAD_BALANCER,
            )
        ),
        "release-gate": _draw(
            ReleaseGateChart(cdk8s.App(), system=system.label, namespace=namespace)
        ),
        "cluster": _draw(
            ClusterChart(
                cdk8s.App(),
                volume=system.audio2face.volume,
                device_plugin=DEVICE_PLUGIN,
                registry=REGISTRY,
            )
        ),
        **{service.name: service_objects(system, service) for service in system.services},
        system.audio2face.name: audio2face_objects(system, system.audio2face),
    }


def everything() -> Objects:
    """Gather every object of every environment."""
    environments = [drawn(system) for system in (PROD, WITH_DOMAIN, DEV)]
    return [
        thing
        for charts in (*environments, OVERLAY.charts)
        for objects in charts.values()
        for thing in objects
    ]


def pick(objects: Objects, kind: str, name: str | None = None) -> dict[str, Any]:
    """Return the one object of a kind, and of a name where there are several."""
    (found,) = [
        thing
        for thing in objects
        if thing["kind"] == kind and name in (None, thing["metadata"]["name"])
    ]
    return found


def pod_of(workload: dict[str, Any]) -> dict[str, Any]:
    """Return the pod template of a Deployment, StatefulSet or DaemonSet."""
    template: dict[str, Any] = workload["spec"]["template"]
    return template


def workloads(objects: Objects) -> Objects:
    """Pick whatever makes pods."""
    return [thing for thing in objects if "template" in thing.get("spec", {})]


def kinds(objects: Objects) -> list[str]:
    """List the kinds in the order in which they are applied."""
    return [thing["kind"] for thing in objects]


def _draw(chart: cdk8s.Chart) -> Objects:
    objects: Objects = chart.to_json()
    return objects
