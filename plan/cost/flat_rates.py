"""Control planes of clusters, keys, secrets and alarms, which cost by being there."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from catalog import UnknownFactError, kubernetes_support
from catalog.prices import Price
from plan.cost.finding import Line, by_the_hour, quote
from plan.model.assembly import Assembly, Resource
from plan.model.figures import Scale

_CONTROL_PLANE = "control plane"
_KEYS = "keys and secrets"
_ONE = Scale.fixed(1)


def control_plane_lines(assembly: Assembly, on: date) -> Iterator[Line]:
    """Return what control planes cost, more once standard support of their version has ended."""
    for cluster in assembly.of_type("AWS::EKS::Cluster"):
        version = str(cluster.properties.get("Version"))
        region = assembly.region_of(cluster)
        price: Price | str
        try:
            ends = kubernetes_support(version).standard_ends
        except UnknownFactError:
            price = f"the support dates of Kubernetes {version} are not in the catalog"
            yield _control_plane(cluster, f"Kubernetes {version}", price)
            continue
        if _is_extended(cluster, ends, on):
            price = quote(region, "eks.extended")
            what = f"Kubernetes {version}, extended support since {ends}"
        else:
            price = quote(region, "eks.standard")
            what = f"Kubernetes {version}, standard support" + (f" until {ends}" if ends else "")
        yield _control_plane(cluster, what, price)


def _control_plane(cluster: Resource, what: str, price: Price | str) -> Line:
    return by_the_hour(
        stack=cluster.stack,
        part=_CONTROL_PLANE,
        owner=cluster.service,
        what=what,
        count=_ONE,
        price=price,
    )


def _is_extended(cluster: Resource, standard_ends: date | None, on: date) -> bool:
    """Whether extended support is billed; a cluster may decline it and is then upgraded."""
    policy = cluster.properties.get("UpgradePolicy", {}).get("SupportType", "EXTENDED")
    is_past = standard_ends is not None and standard_ends <= on
    return is_past and policy == "EXTENDED"


def key_lines(assembly: Assembly) -> Iterator[Line]:
    """Return what keys and secrets cost, also those that a database makes for its password."""
    for key in assembly.of_type("AWS::KMS::Key"):
        yield _monthly(assembly, key, "KMS keys", "kms.key-month")
    for secret in assembly.of_type("AWS::SecretsManager::Secret"):
        yield _monthly(assembly, secret, "secrets", "secret.month")
    for database in assembly.of_type("AWS::RDS::DBInstance"):
        if database.properties.get("ManageMasterUserPassword") in (True, "true"):
            yield _monthly(assembly, database, "secret with the master password", "secret.month")


def _monthly(assembly: Assembly, resource: Resource, what: str, name: str) -> Line:
    return Line(
        stack=resource.stack,
        part=_KEYS,
        owner=resource.service,
        what=what,
        count=_ONE,
        each=Decimal(1),
        price=quote(assembly.region_of(resource), name),
    )


def alarm_lines(assembly: Assembly) -> Iterator[Line]:
    """Return what alarms cost, of which each looks at one metric."""
    for alarm in assembly.of_type("AWS::CloudWatch::Alarm"):
        yield Line(
            stack=alarm.stack,
            part="alarms",
            owner=alarm.service,
            what="alarms",
            count=Scale.fixed(1),
            each=Decimal(1),
            price=quote(assembly.region_of(alarm), "alarm.month"),
        )
