"""A network with node groups, as a template has them."""

from plan.model.assembly import Assembly
from tests.plan.assemblies import REGION, Document, Written, assembled, resource

ZONES = ("a", "c")


def network(prefix: int = 24) -> dict[str, Document]:
    """Return a subnet in each of two zones."""
    return {
        f"Subnet{zone}": resource(
            "AWS::EC2::Subnet",
            f"Avadot/Vpc/Private{zone.upper()}/Subnet",
            {"AvailabilityZone": f"{REGION}{zone}", "CidrBlock": f"10.0.{number}.0/{prefix}"},
        )
        for number, zone in enumerate(ZONES)
    }


def node_group(name: str, *types: str, maximum: int, is_spot: bool = False) -> dict[str, Document]:
    """Return a node group in both subnets."""
    properties: Document = {
        "ClusterName": "avadot",
        "InstanceTypes": list(types),
        "CapacityType": "SPOT" if is_spot else "ON_DEMAND",
        "ScalingConfig": {"MinSize": 0, "DesiredSize": 0, "MaxSize": maximum},
        "Subnets": [{"Ref": f"Subnet{zone}"} for zone in ZONES],
    }
    return {name: resource("AWS::EKS::Nodegroup", f"Avadot/{name}/Resource", properties)}


def cluster(*parts: dict[str, Document]) -> Assembly:
    """Return an assembly of one stack with these resources."""
    resources = {name: document for part in parts for name, document in part.items()}
    return assembled(Written(name="Avadot", resources=resources))
