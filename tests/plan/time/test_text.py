"""How a time is told."""

from pathlib import Path

from plan.time import as_lines
from tests.plan.assemblies import resource
from tests.plan.time.examples import assembly, first, stack


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
