"""How long Silver Guardian takes to deploy."""

from pathlib import Path

from plan.model.assembly import read_assembly
from tests.plan.time.examples import first


def test_the_critical_path_goes_by_database_cluster_and_the_first_node(guardian: Path) -> None:
    """The autoscaler is there before the analysers, whose first pod waits for a spot node."""
    found = first(read_assembly(guardian).only("GuardianProd"))
    steps = {stack.name: [step.what for step in stack.steps] for stack in found.stacks}

    assert "create AWS::RDS::DBInstance" in steps["GuardianProdData"]
    assert "create AWS::EKS::Cluster" in steps["GuardianProdCluster"]
    assert "create Custom::AWSCDK-EKS-HelmChart" in steps["GuardianProdCluster"]
    assert "node" in steps["GuardianProd"]
