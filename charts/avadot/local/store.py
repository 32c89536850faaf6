"""What the data stores of the local overlay have in common."""

from collections.abc import Sequence

import cdk8s
from lightkube.models.apps_v1 import StatefulSet, StatefulSetSpec
from lightkube.models.core_v1 import (
    Container,
    PersistentVolumeClaim,
    PodSpec,
    PodTemplateSpec,
    Service,
    ServicePort,
    ServiceSpec,
    Volume,
)
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta

from charts import network_policy
from charts.objects import Identity, add
from charts.pod import confined, scratch_volume

PORT_NAME = "store"
_USER = 999
"""The unprivileged user that the images of MySQL and Valkey bring along."""
_SCRATCH_MIB = 256


def add_store(
    chart: cdk8s.Chart,
    identity: Identity,
    *,
    server: Container,
    port: int,
    volumes: Sequence[Volume],
    claims: Sequence[PersistentVolumeClaim] = (),
) -> None:
    """Run one server, under a name that every pod of the namespace may connect to."""
    add(chart, _service(identity, port))
    add(
        chart,
        network_policy.policy(
            identity.metadata(),
            identity.pods,
            ingress=[network_policy.from_pods(LabelSelector(), port)],
        ),
    )
    pods = PodTemplateSpec(
        metadata=ObjectMeta(labels=identity.labels),
        spec=confined(
            PodSpec(
                containers=[server],
                volumes=[scratch_volume(_SCRATCH_MIB), *volumes],
            ),
            _USER,
        ),
    )
    add(
        chart,
        StatefulSet(
            apiVersion="apps/v1",
            kind="StatefulSet",
            metadata=identity.metadata(),
            spec=StatefulSetSpec(
                replicas=1,
                serviceName=identity.name,
                selector=identity.pods,
                template=pods,
                volumeClaimTemplates=list(claims) or None,
            ),
        ),
    )


def _service(identity: Identity, port: int) -> Service:
    return Service(
        apiVersion="v1",
        kind="Service",
        metadata=identity.metadata(),
        spec=ServiceSpec(
            selector=identity.selector,
            ports=[ServicePort(name=PORT_NAME, port=port, targetPort=PORT_NAME)],
        ),
    )
