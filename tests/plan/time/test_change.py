"""How long the deploy of a change takes."""

from pathlib import Path

from tests.plan.assemblies import Document, resource
from tests.plan.time.examples import after, assembly, change, changed, lasts, path, stack, takes


def _database(name: str = "Database", **properties: object) -> Document:
    return resource("AWS::RDS::DBInstance", f"Shop/{name}", {"Engine": "mysql", **properties})


def test_a_stack_without_a_change_is_passed_over(tmp_path: Path) -> None:
    """Nothing is created, cdk sees that in seconds."""
    (found,) = change(tmp_path, {"One": _database()}, {"One": _database()}).stacks
    assert found.seconds == takes("stack without a change")
    assert not found.actions


def test_only_what_changes_takes_time(tmp_path: Path) -> None:
    """A larger database is updated, the cluster beside it stays as it is."""
    cluster = resource("AWS::EKS::Cluster", "Shop/Cluster")
    (found,) = change(
        tmp_path,
        {"Cluster": cluster, "Database": _database(AllocatedStorage="100")},
        {"Cluster": cluster, "Database": _database(AllocatedStorage="200")},
    ).stacks
    assert path(found) == [("Database", "update AWS::RDS::DBInstance")]
    assert found.seconds == takes("stack") + lasts("AWS::RDS::DBInstance", "update")
    assert found.actions == {"update": 1}


def test_a_replacement_creates_and_then_deletes(tmp_path: Path) -> None:
    """Node groups cannot change their machines: a new one is made, the old one goes last."""

    def nodes(machine: str) -> Document:
        return resource("AWS::EKS::Nodegroup", "Shop/Nodes", {"InstanceTypes": [machine]})

    (found,) = change(tmp_path, {"Nodes": nodes("t3.large")}, {"Nodes": nodes("t3.xlarge")}).stacks
    assert path(found) == [
        ("Nodes", "replace AWS::EKS::Nodegroup"),
        ("Nodes", "delete AWS::EKS::Nodegroup"),
    ]
    assert found.seconds == (
        takes("stack")
        + lasts("AWS::EKS::Nodegroup", "create")
        + lasts("AWS::EKS::Nodegroup", "delete")
    )


def test_what_is_added_waits_for_what_it_needs_only(tmp_path: Path) -> None:
    """A new node group waits for its new role, the cluster that both need is there."""
    cluster = {"Cluster": resource("AWS::EKS::Cluster", "Shop/Cluster")}
    added = {
        "Role": resource("AWS::IAM::Role", "Shop/Role"),
        "Nodes": resource("AWS::EKS::Nodegroup", "Shop/Nodes", **after("Role", "Cluster")),
    }
    (found,) = change(tmp_path, cluster, cluster | added).stacks
    assert path(found) == [
        ("Role", "create AWS::IAM::Role"),
        ("Nodes", "create AWS::EKS::Nodegroup"),
    ]


def test_deletions_end_an_update_users_before_the_used(tmp_path: Path) -> None:
    """The node group goes before its cluster, both after the bucket is made."""
    old = {
        "Cluster": resource("AWS::EKS::Cluster", "Shop/Cluster"),
        "Nodes": resource("AWS::EKS::Nodegroup", "Shop/Nodes", **after("Cluster")),
    }
    (found,) = change(tmp_path, old, {"Bucket": resource("AWS::S3::Bucket", "Shop/Bucket")}).stacks
    assert path(found) == [
        ("Bucket", "create AWS::S3::Bucket"),
        ("Nodes", "delete AWS::EKS::Nodegroup"),
        ("Cluster", "delete AWS::EKS::Cluster"),
    ]


def test_what_is_retained_takes_no_time_to_delete(tmp_path: Path) -> None:
    """CloudFormation only forgets it."""
    kept = _database() | {"DeletionPolicy": "Retain"}
    bucket = {"Bucket": resource("AWS::S3::Bucket", "Shop/Bucket")}
    (found,) = change(tmp_path, {"Database": kept, **bucket}, bucket).stacks
    assert path(found) == []
    assert found.actions == {"delete": 1}


def test_a_change_that_people_need_not_read_takes_time_all_the_same(tmp_path: Path) -> None:
    """A digest in a custom resource makes CloudFormation call it again."""

    def custom(digest: str) -> Document:
        return resource("Custom::Gate", "Shop/Gate", {"Manifests": digest * 64})

    (found,) = change(tmp_path, {"Gate": custom("a")}, {"Gate": custom("b")}).stacks
    assert path(found) == [("Gate", "update Custom::Gate")]


def test_a_stack_that_is_gone_stays_in_the_account(tmp_path: Path) -> None:
    """The cdk deploys what is in the assembly; that the rest stays is said."""
    one = stack({"Bucket": resource("AWS::S3::Bucket")}, "One")
    two = stack({"Bucket": resource("AWS::S3::Bucket")}, "Two")
    before, later = assembly(tmp_path / "before", one, two), assembly(tmp_path / "after", one)
    found = changed(before, later)
    assert [stack.name for stack in found.stacks] == ["One"]
    assert found.notes == ("stack Two is no longer there, cdk deploy leaves it as it is",)


def test_a_new_stack_is_created_as_a_whole(tmp_path: Path) -> None:
    """What was deployed before is passed over."""
    one = stack({"Bucket": resource("AWS::S3::Bucket")}, "One")
    two = stack({"Key": resource("AWS::KMS::Key")}, "Two", "One")
    before, later = assembly(tmp_path / "before", one), assembly(tmp_path / "after", one, two)
    found = changed(before, later)
    assert found.seconds == (
        takes("stack without a change") + takes("stack") + lasts("AWS::KMS::Key")
    )
