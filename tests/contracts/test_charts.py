"""What the stacks install by charts is what the rehearsal runs in their place."""

from typing import cast

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v36 import KubectlV36Layer

from catalog import add_on
from rehearsal.cluster.operators import OPERATORS
from rehearsal.toolchain import CHARTS
from stacks.parts.controllers import CONTROLLERS, ControllerProps
from stacks.parts.controllers.argo_rollouts import ArgoRollouts


@pytest.mark.parametrize("name", sorted(CHARTS.keys() & CONTROLLERS.keys()))
def test_the_rehearsal_stands_for_the_chart_that_is_installed(name: str) -> None:
    """Another version would be refused in the middle of a rehearsal."""
    chart = add_on(name).chart

    assert chart
    assert CHARTS[name].version == chart.version


def test_what_is_built_for_a_chart_can_be_installed() -> None:
    """And nothing is installed that was not built, but for the exporter that is played."""
    assert OPERATORS.keys() - CHARTS.keys() == {"dcgm-exporter"}
    assert CHARTS.keys() <= OPERATORS.keys()


def test_the_controller_of_rollouts_is_the_one_that_was_tried() -> None:
    """The chart's own may be older; and it has no role in AWS, where it does nothing."""
    stack = cdk.Stack(cdk.App(), "Example")
    vpc = ec2.Vpc(stack, "Vpc")
    cluster = eks.Cluster(
        stack,
        "Cluster",
        vpc=vpc,
        version=eks.KubernetesVersion.V1_36,
        kubectl_provider_options=eks.KubectlProviderOptions(
            kubectl_layer=KubectlV36Layer(stack, "Kubectl")
        ),
    )
    ArgoRollouts(
        stack,
        props=ControllerProps(
            system="example",
            tags={},
            node_pools=(),
            storage_class=None,
            shares_gpus=False,
            is_watched=True,
            # mypy: the class lacks a member that its interface has (aws-cdk-lib 2.275).
            cluster=cast("eks.ICluster", cluster),
            cluster_name="example",
            vpc=vpc,
            region="eu-west-1",
            node_group="cpu-nodes",
            after=(),
        ),
    )

    template = assertions.Template.from_stack(stack)
    (chart,) = template.find_resources("Custom::AWSCDK-EKS-HelmChart").values()
    values = chart["Properties"]["Values"]
    (program,) = CHARTS["argo-rollouts"].programs
    assert f'"image":{{"tag":"v{program.version}"}}' in values
    assert chart["Properties"]["Version"] == CHARTS["argo-rollouts"].version
    template.resource_count_is("AWS::EKS::PodIdentityAssociation", 0)
