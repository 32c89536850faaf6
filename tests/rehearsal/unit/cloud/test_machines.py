"""Machines that are asked for one by one: what their user data says, and which one is taken."""

import base64
from typing import Any

import pytest

from catalog.instances import instance_types
from rehearsal.cloud.machines import NodeConfig
from rehearsal.cloud.patches import ec2

_USER_DATA = """MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="//"

--//
Content-Type: application/node.eks.aws

# Karpenter Generated NodeConfig
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster:
    name: blue
  kubelet:
    config:
      registerWithTaints:
      - effect: NoExecute
        key: karpenter.sh/unregistered
    flags:
    - --node-labels="karpenter.sh/nodepool=spot,workload=ml"

--//--
"""


def test_a_kubelet_is_told_by_its_machine_s_user_data() -> None:
    """Cluster, labels and taints stand there, as EKS' image reads them."""
    config = NodeConfig.of(base64.b64encode(_USER_DATA.encode()).decode())
    assert config.cluster == "blue"
    assert config.labels == {"karpenter.sh/nodepool": "spot", "workload": "ml"}
    ((key, effect),) = [(taint.key, taint.effect) for taint in config.taints]
    assert (key, effect) == ("karpenter.sh/unregistered", "NoExecute")


def _fleet(capacity: str, *types: str) -> dict[str, Any]:
    """Ask for one of some types, each in a subnet of its own."""
    configs = "LaunchTemplateConfigs"
    return {
        "Action": ["CreateFleet"],
        "TargetCapacitySpecification.DefaultTargetCapacityType": [capacity],
        f"{configs}.1.LaunchTemplateSpecification.LaunchTemplateName": ["template"],
        **{f"{configs}.1.Overrides.{n}.InstanceType": [one] for n, one in enumerate(types, 1)},
        **{f"{configs}.1.Overrides.{n}.SubnetId": [f"s{n}"] for n, _ in enumerate(types, 1)},
    }


@pytest.mark.parametrize(
    ("is_spot", "taken"), [(True, "c5a.xlarge"), (False, "c5a.xlarge")], ids=["spot", "on demand"]
)
def test_the_cheapest_machine_of_a_fleet_is_taken(
    monkeypatch: pytest.MonkeyPatch, *, is_spot: bool, taken: str
) -> None:
    """With its own subnet; a type without a price is the last."""
    monkeypatch.setattr(ec2, "get_region", lambda: "ap-northeast-2")
    asked = _fleet("spot" if is_spot else "on-demand", "x9.huge", "c5.2xlarge", "c5a.xlarge")

    chosen = ec2._cheapest(asked, is_spot=is_spot)  # noqa: SLF001 - what the patch is made of

    overrides = {name: value for name, value in chosen.items() if "Overrides" in name}
    assert overrides == {
        "LaunchTemplateConfigs.1.Overrides.1.InstanceType": [taken],
        "LaunchTemplateConfigs.1.Overrides.1.SubnetId": ["s3"],
    }
    assert chosen["LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateName"] == [
        "template"
    ]


def test_what_would_succeed_is_refused_as_a_dry_run() -> None:
    """Karpenter asks so whether its role may do what it will have to."""
    handled = ec2._with_dry_runs(lambda _: (200, {}, b"made"))  # noqa: SLF001
    assert handled({"DryRun": ["false"]}) == (200, {}, b"made")
    status, _, body = handled({"DryRun": ["true"]})
    assert status == 412
    assert b"<Code>DryRunOperation</Code>" in body


def test_every_type_with_gpus_is_described_with_them() -> None:
    """Karpenter tells by them how many pods with a GPU a machine takes."""
    for one in instance_types():
        described = ec2._described(one)  # noqa: SLF001
        gpus = described.get("gpuInfo", {}).get("gpus", [])
        assert sum(gpu["count"] for gpu in gpus) == one.gpus
        network = described["networkInfo"]
        addresses = network["ipv4AddressesPerInterface"] - 1
        assert network["maximumNetworkInterfaces"] * addresses + 2 == one.max_pods
