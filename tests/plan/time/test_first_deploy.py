"""How long a first deploy takes."""

from pathlib import Path

import pytest

from plan.time import StackTime, as_lines
from tests.plan.assemblies import Document, manifest, resource, thing
from tests.plan.time.examples import PAUSE, after, assembly, first, lasts, path, stack, step, takes


def _only(directory: Path, resources: Document) -> StackTime:
    (found,) = first(assembly(directory, stack(resources))).stacks
    return found


def test_a_stack_takes_its_slowest_chain_of_references_and_what_cdk_does(tmp_path: Path) -> None:
    """A cluster waits for its role by reference, the nodes for the cluster by declaration."""
    found = _only(
        tmp_path,
        {
            "Role": resource("AWS::IAM::Role", "Shop/Role"),
            "Bucket": resource("AWS::S3::Bucket", "Shop/Bucket"),
            "Cluster": resource(
                "AWS::EKS::Cluster",
                "Shop/Cluster",
                {"RoleArn": {"Fn::GetAtt": ["Role", "Arn"]}},
            ),
            "Nodes": resource("AWS::EKS::Nodegroup", "Shop/Nodes", **after("Cluster")),
        },
    )
    assert path(found) == [
        ("Role", "create AWS::IAM::Role"),
        ("Cluster", "create AWS::EKS::Cluster"),
        ("Nodes", "create AWS::EKS::Nodegroup"),
    ]
    assert found.seconds == (
        takes("stack")
        + lasts("AWS::IAM::Role")
        + lasts("AWS::EKS::Cluster")
        + lasts("AWS::EKS::Nodegroup")
        + takes(PAUSE) * 2
    )
    assert found.actions == {"create": 4}


def test_between_resources_cloud_formation_pauses(tmp_path: Path) -> None:
    """A lone resource has no pause before it."""
    found = _only(tmp_path, {"Bucket": resource("AWS::S3::Bucket")})
    assert found.seconds == takes("stack") + lasts("AWS::S3::Bucket")


@pytest.mark.parametrize(
    ("kind", "properties", "variant"),
    [
        ("AWS::RDS::DBInstance", {"MultiAZ": True}, "multi-az"),
        ("AWS::EC2::VPCEndpoint", {"VpcEndpointType": "Interface"}, "interface"),
        ("AWS::Lambda::Function", {"VpcConfig": {"SubnetIds": ["a"]}}, "in a VPC"),
    ],
)
def test_what_makes_a_resource_slower_is_seen(
    tmp_path: Path, kind: str, properties: Document, variant: str
) -> None:
    """A standby, an endpoint with addresses and a function with an interface take longer."""
    plain = _only(tmp_path / "plain", {"One": resource(kind)})
    slow = _only(tmp_path / "slow", {"One": resource(kind, properties=properties)})
    assert plain.seconds == takes("stack") + lasts(kind)
    assert slow.seconds == takes("stack") + lasts(f"{kind}, {variant}")
    assert plain.seconds.high < slow.seconds.high


def test_stacks_follow_one_another(tmp_path: Path) -> None:
    """The cdk deploys one at a time, so their times add up."""
    found = first(
        assembly(
            tmp_path,
            stack({"Key": resource("AWS::KMS::Key")}, "One"),
            stack({"Bucket": resource("AWS::S3::Bucket")}, "Two"),
        )
    )
    assert found.seconds == (takes("stack") * 2 + lasts("AWS::KMS::Key") + lasts("AWS::S3::Bucket"))


def test_concurrency_saves_what_need_not_wait(tmp_path: Path) -> None:
    """Of a database and a cluster that both wait for the network, the slower decides."""
    network = stack({"Gateway": resource("AWS::EC2::NatGateway")}, "Network")
    data = stack({"Database": resource("AWS::RDS::DBInstance")}, "Data", "Network")
    cluster = stack({"Cluster": resource("AWS::EKS::Cluster")}, "Cluster", "Network")
    found = first(assembly(tmp_path, network, data, cluster))
    assert found.chain == ("Network", "Cluster")
    assert found.concurrent == (
        takes("stack") * 2 + lasts("AWS::EC2::NatGateway") + lasts("AWS::EKS::Cluster")
    )
    assert found.concurrent.high < found.seconds.high


def test_the_figures_of_a_step_are_those_of_the_catalog(tmp_path: Path) -> None:
    """Each step says how sure it is and where that is from."""
    found = step(_only(tmp_path, {"One": resource("AWS::EKS::Cluster")}).steps, "create AWS::EKS")
    assert found.mark == "S"
    assert "8 min 33 s in Seoul" in found.source


def test_a_load_balancer_is_ready_after_the_deploy(tmp_path: Path) -> None:
    """No resource waits for what the controller makes of an Ingress, and that is said."""
    ingress = thing("Ingress", "shop", spec={"ingressClassName": "alb"})
    found = first(assembly(tmp_path, stack({"Objects": manifest("Shop/objects", ingress)})))
    (note,) = found.notes
    assert note.startswith("the load balancer avadot/shop answers 135 to 187 s after its Ingress")


def test_each_stack_says_what_happens_and_what_decides(tmp_path: Path) -> None:
    """Counts, steps with their certainty, and the pauses as a product."""
    resources = {
        "Role": resource("AWS::IAM::Role", "Shop/Role"),
        "Cluster": resource("AWS::EKS::Cluster", "Shop/Cluster", DependsOn="Role"),
        "Nodes": resource("AWS::EKS::Nodegroup", "Shop/Nodes", DependsOn="Cluster"),
    }
    text = list(as_lines(first(assembly(tmp_path, stack(resources)))))
    assert text[1:7] == [
        "Shop: 10 min 30 s to 13 min 40 s; create 3",
        "  15 s to 40 s (U): cdk, stack",
        "  12 s to 20 s (S): Role, create AWS::IAM::Role",
        "  8 min 33 s to 10 min 18 s (S): Cluster, create AWS::EKS::Cluster",
        "  1 min 28 s to 2 min 10 s (S): Nodes, create AWS::EKS::Nodegroup",
        "  2 * 1 s to 6 s = 2 s to 12 s (S): CloudFormation, between two resources".replace(
            "*", "\N{MULTIPLICATION SIGN}"
        ),
    ]


def test_it_says_what_concurrency_would_give(tmp_path: Path) -> None:
    """The path by which it could be quicker, or that each stack waits for another."""
    bucket, key = resource("AWS::S3::Bucket"), resource("AWS::KMS::Key")
    apart = [stack({"Bucket": bucket}, "One"), stack({"Key": key}, "Two")]
    chained = [stack({"Bucket": bucket}, "One"), stack({"Key": key}, "Two", "One")]
    texts = [
        "\n".join(as_lines(first(assembly(tmp_path / name, *stacks))))
        for name, stacks in (("apart", apart), ("chained", chained))
    ]
    assert "with --concurrency 2 it takes 2 min 15 s to 2 min 55 s, by way of Two" in texts[0]
    assert "--concurrency gains nothing, each waits for another" in texts[1]
