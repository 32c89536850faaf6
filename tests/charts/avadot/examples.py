"""Avadot's charts as each environment draws them, in made-up contexts."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import cdk8s

from charts.avadot.audio2face import Audio2FaceChart
from charts.avadot.context import CacheEndpoint, DatabaseEndpoint, ServiceContext
from charts.avadot.local.overlay import Overlay
from charts.avadot.service import ServiceChart
from charts.cluster import ClusterChart
from charts.context import Addresses, AlbIngress, ModelFiles, Registry, SecretsStore, Zones
from charts.ingress import READY_BEHIND_LOAD_BALANCER
from charts.namespace import NamespaceChart
from charts.release_gate import ReleaseGateChart
from settings.avadot.audio2face import Audio2Face
from settings.avadot.services import CpuService
from settings.avadot.system import Avadot
from settings.exposure import LoadBalancer
from tests.charts.examples import REGISTRY, Charts, Objects, draw
from tests.settings.avadot.examples import DEV, DOMAIN, PROD

WITH_DOMAIN = replace(PROD, load_balancer=LoadBalancer(names=DOMAIN))
OVERLAY = Overlay(DEV)


def context_of(system: Avadot) -> ServiceContext:
    """Describe a cloud in which the system could run."""
    stores = Addresses(cidrs=("10.0.64.0/24", "10.0.65.0/24"))
    return ServiceContext(
        system=system.label,
        namespace=system.namespace,
        images=Registry(host=REGISTRY),
        database=DatabaseEndpoint(
            host="mysql.example.com",
            port=system.mysql.port,
            name=system.mysql.database,
            location=stores,
        ),
        cache=CacheEndpoint(
            host="valkey.example.com", port=system.valkey.port, tls=True, location=stores
        ),
        secrets=SecretsStore(
            region=system.region,
            arns={
                name: f"arn:aws:secretsmanager:{system.region}:123456789012:secret:{name}"
                for name in ("mysql", "valkey", *system.providers)
            },
        ),
        exposure=AlbIngress(
            load_balancer=system.load_balancer, cidrs=("10.0.0.0/24", "10.0.1.0/24")
        ),
        nodes=Zones(),
    )


def service_objects(system: Avadot, service: CpuService) -> Objects:
    """Draw one conversation service."""
    return draw(
        ServiceChart(
            cdk8s.App(),
            service=service,
            context=context_of(system),
            audio2face=system.audio2face,
        )
    )


def audio2face_objects(system: Avadot, server: Audio2Face) -> Objects:
    """Draw the Audio2Face server."""
    return draw(
        Audio2FaceChart(
            cdk8s.App(),
            server=server,
            context=context_of(system),
            models=ModelFiles(
                region=system.region,
                bucket="example-models",
                models_prefix=system.model_store.models_prefix,
                models_version=system.model_store.models_version,
                engines_prefix=system.model_store.engines_prefix,
            ),
        )
    )


@cache
def drawn(system: Avadot) -> Charts:
    """Draw every chart of a system, by the chart's name."""
    namespace = system.namespace
    return {
        "namespace": draw(
            NamespaceChart(
                cdk8s.App(),
                system=system.label,
                namespace=namespace,
                kubernetes=system.cluster.kubernetes,
                labels=READY_BEHIND_LOAD_BALANCER,
            )
        ),
        "release-gate": draw(
            ReleaseGateChart(cdk8s.App(), system=system.label, namespace=namespace)
        ),
        "cluster": draw(
            ClusterChart(
                cdk8s.App(),
                system=system.label,
                volume=system.audio2face.volume,
                device_plugin=system.cluster.device_plugin,
                gpu_kinds=system.cluster.gpu_kinds,
                registry=REGISTRY,
            )
        ),
        **{service.name: service_objects(system, service) for service in system.services},
        system.audio2face.name: audio2face_objects(system, system.audio2face),
    }


CHARTS: Mapping[str, Charts] = {
    "prod": drawn(PROD),
    "dev": drawn(DEV),
    "domain": drawn(WITH_DOMAIN),
    "local": OVERLAY.charts,
}
