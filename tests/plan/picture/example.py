"""A shop with one of everything that the picture shows."""

from plan.model.assembly import Assembly
from tests.plan.assemblies import Document, Written, assembled, manifest, resource, thing

LONG = "a-service-with-a-name-that-nobody-would-type-but-somebody-generates"


def shop(*more: Document) -> Assembly:
    """Return its assembly: a network in two zones, a cluster, a database, a bucket, a secret."""
    return assembled(Written(name="Shop", resources=_network() | _stores() | _cluster(*more)))


def pods(kind: str, name: str, **environment: str) -> Document:
    """Return a workload whose pods know some values."""
    container = {
        "name": name,
        "image": "shop:1",
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}},
        "env": [{"name": key, "value": value} for key, value in environment.items()],
    }
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    selector = {"matchLabels": {"app": name}}
    return thing(kind, name, name, spec={"replicas": 2, "selector": selector, "template": template})


def service(name: str, port: int, **spec: object) -> Document:
    ports = [{"port": port}]
    return thing("Service", name, name, spec={"selector": {"app": name}, "ports": ports, **spec})


def _network() -> dict[str, Document]:
    found: dict[str, Document] = {
        "Vpc": resource("AWS::EC2::VPC", "Shop/Vpc/Resource", {"CidrBlock": "10.0.0.0/16"}),
        "Nat": resource("AWS::EC2::NatGateway", "", {"SubnetId": {"Ref": "Public1"}}),
    }
    ways: Document = {
        "Public": {"GatewayId": {"Ref": "Gateway"}},
        "Private": {"NatGatewayId": "nat"},
    }
    for kind in ("Private", "Data", "Public"):
        for index, zone in enumerate("ac", start=1):
            name = f"{kind}{index}"
            subnet, table = {"Ref": name}, {"Ref": f"{name}Table"}
            found[name] = resource(
                "AWS::EC2::Subnet",
                "",
                {
                    "VpcId": {"Ref": "Vpc"},
                    "CidrBlock": f"10.0.{len(found)}.0/24",
                    "AvailabilityZone": f"ap-northeast-2{zone}",
                },
            )
            found[f"{name}Table"] = resource("AWS::EC2::RouteTable")
            found[f"{name}Link"] = resource(
                "AWS::EC2::SubnetRouteTableAssociation",
                "",
                {"SubnetId": subnet, "RouteTableId": table},
            )
            if kind in ways:
                route = {"DestinationCidrBlock": "0.0.0.0/0", "RouteTableId": table, **ways[kind]}
                found[f"{name}Route"] = resource("AWS::EC2::Route", "", route)
    return found


def _stores() -> dict[str, Document]:
    subnets = {"SubnetIds": [{"Ref": "Data1"}, {"Ref": "Data2"}]}
    database = {"Engine": "mysql", "DBSubnetGroupName": {"Ref": "Subnets"}}
    return {
        "Subnets": resource("AWS::RDS::DBSubnetGroup", "", subnets),
        "Database": resource("AWS::RDS::DBInstance", "Shop/Database/Resource", database),
        "Pictures": resource("AWS::S3::Bucket", "Shop/Pictures/Resource"),
        "Key": resource("AWS::SecretsManager::Secret", "Shop/Key/Resource"),
    }


def _cluster(*more: Document) -> dict[str, Document]:
    group = {
        "ClusterName": "avadot",
        "InstanceTypes": ["t3.large"],
        "ScalingConfig": {"MinSize": 2, "DesiredSize": 2, "MaxSize": 3},
        "Subnets": [{"Ref": "Private1"}, {"Ref": "Private2"}],
    }
    backend = {"backend": {"service": {"name": "till", "port": {"number": 80}}}}
    annotations = {
        "alb.ingress.kubernetes.io/scheme": "internet-facing",
        "alb.ingress.kubernetes.io/group.name": "shop-door",
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTPS": 443}]',
    }
    ingress = thing("Ingress", "till", spec={"rules": [{"http": {"paths": [backend]}}]})
    ingress["metadata"]["annotations"] = annotations
    caller = [{"from": [{"podSelector": {"matchLabels": {"app": "till"}}}]}]
    policy = {"podSelector": {"matchLabels": {"app": "stock"}}, "ingress": caller}
    role = {"Roles": [{"Ref": "Role"}], "PolicyDocument": {"Resource": {"Ref": "Key"}}}
    link = {
        "ClusterName": "avadot",
        "Namespace": "avadot",
        "ServiceAccount": "default",
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
    }
    return {
        "Group": resource("AWS::EKS::Nodegroup", "Shop/nodes/Resource", group),
        "Role": resource("AWS::IAM::Role"),
        "Policy": resource("AWS::IAM::Policy", "", role),
        "Link": resource("AWS::EKS::PodIdentityAssociation", "", link),
        "Objects": manifest(
            "Shop/Objects/Resource",
            pods("Deployment", "till", HOST="${Database}"),
            pods("StatefulSet", "stock"),
            pods("DaemonSet", "watch"),
            service("till", 80),
            ingress,
            thing("NetworkPolicy", "stock", spec=policy),
            *more,
        ),
    }
