"""How long Silver Guardian takes to deploy."""

from pathlib import Path

from plan.model.assembly import read_assembly
from tests.plan.time.examples import first

_MINUTE = 60


def test_the_critical_path_goes_by_database_cluster_and_the_first_node(guardian: Path) -> None:
    """The autoscaler is there before the analysers, whose first pod waits for a spot node."""
    found = first(read_assembly(guardian).only("GuardianProd"))
    steps = {stack.name: [step.what for step in stack.steps] for stack in found.stacks}

    assert "create AWS::RDS::DBInstance" in steps["GuardianProdData"]
    assert "create AWS::EKS::Cluster" in steps["GuardianProdCluster"]
    assert "create Custom::AWSCDK-EKS-HelmChart" in steps["GuardianProdCluster"]
    assert "node" in steps["GuardianProd"]


def test_a_first_deploy_takes_between_half_an_hour_and_an_hour_and_a_half(guardian: Path) -> None:
    """A database in two zones and a cluster are not to be had sooner."""
    seconds = first(read_assembly(guardian).only("GuardianProd")).seconds

    assert 30 * _MINUTE < seconds.low < seconds.high < 90 * _MINUTE
