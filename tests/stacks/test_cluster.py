"""The cluster: closed, observed, encrypted, and what EKS installs in it."""

import json

import pytest

from settings.system import System
from tests.stacks.assembly import Resource
from tests.stacks.manifests import CHART
from tests.stacks.synths import (
    AVADOTS,
    DEPLOYED,
    DEV,
    GUARDIANS,
    NEXT,
    OTHERWISE,
    PROD,
    SYSTEMS,
    stack,
)

every_system = pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
every_avadot = pytest.mark.parametrize("system", AVADOTS, ids=lambda system: system.name)
every_guardian = pytest.mark.parametrize("system", GUARDIANS, ids=lambda system: system.name)


def _cluster(system: System) -> Resource:
    return stack(system, "Cluster").the("AWS::EKS::Cluster")


def _add_ons(system: System) -> dict[str, Resource]:
    made = stack(system, "Cluster").of_type("AWS::EKS::Addon")
    return {add_on.properties["AddonName"]: add_on for add_on in made}


@pytest.mark.parametrize("system", DEPLOYED, ids=lambda system: system.name)
def test_the_api_is_not_on_the_internet(system: System) -> None:
    """Unless ranges are named, the API server answers inside the VPC only."""
    network = _cluster(system).properties["ResourcesVpcConfig"]
    assert network["EndpointPublicAccess"] is False
    assert network["EndpointPrivateAccess"] is True


def test_the_api_is_open_to_the_named_ranges_only() -> None:
    """Nodes and the kubectl handler stay inside; people come from where the settings say."""
    network = _cluster(OTHERWISE).properties["ResourcesVpcConfig"]
    assert network["EndpointPublicAccess"] is True
    assert network["PublicAccessCidrs"] == ["203.0.113.0/24"]
    assert network["EndpointPrivateAccess"] is True


@every_system
def test_the_control_plane_keeps_every_log(system: System) -> None:
    """Who did what can be looked up afterwards."""
    enabled = _cluster(system).properties["Logging"]["ClusterLogging"]["EnabledTypes"]
    kinds = {"api", "audit", "authenticator", "controllerManager", "scheduler"}
    assert {entry["Type"] for entry in enabled} == kinds


@every_system
def test_kubernetes_secrets_are_encrypted(system: System) -> None:
    """With a key of the account, which is rotated."""
    key = stack(system, "Cluster").the("AWS::KMS::Key")
    (config,) = _cluster(system).properties["EncryptionConfig"]
    assert config["Resources"] == ["secrets"]
    assert config["Provider"]["KeyArn"] == {"Fn::GetAtt": [key.logical_id, "Arn"]}
    assert key.properties["EnableKeyRotation"] is True


@every_system
def test_access_is_by_entries(system: System) -> None:
    """No `aws-auth` map: the handler and the operators are the only administrators."""
    cluster = stack(system, "Cluster")
    assert _cluster(system).properties["AccessConfig"]["AuthenticationMode"] == "API"
    administrators = {
        entry.properties["PrincipalArn"]["Fn::GetAtt"][0]
        for entry in cluster.of_type("AWS::EKS::AccessEntry")
    }
    roles = [cluster.the("AWS::IAM::Role", path) for path in ("Operators/", _HANDLER_ROLE)]
    assert administrators == {role.logical_id for role in roles}


_HANDLER_ROLE = "Cluster/KubectlProvider/Handler/"


@pytest.mark.parametrize(
    ("system", "version", "kubectl"),
    [(PROD, "1.36", "1.36."), (OTHERWISE, "1.29", "1.29."), (NEXT, "1.37", "1.36.")],
    ids=["1.36", "1.29", "1.37"],
)
def test_kubectl_fits_the_cluster(system: System, version: str, kubectl: str) -> None:
    """The handler gets the layer that the catalog names for the version."""
    layer = stack(system, "Cluster").the("AWS::Lambda::LayerVersion", "Kubectl/")
    assert _cluster(system).properties["Version"] == version
    assert f"/opt/kubectl/kubectl {kubectl}" in layer.properties["Description"]


def test_an_ended_kubernetes_says_so() -> None:
    """EKS makes no clusters at 1.29 any more; whoever chooses it is told at synth."""
    (warning,) = stack(OTHERWISE, "Cluster").warnings
    assert "EKS creates no clusters at Kubernetes 1.29 any more" in warning
    assert {stack(system, "Cluster").warnings for system in (PROD, DEV, NEXT, *GUARDIANS)} == {()}


def _charts(system: System) -> dict[str, Resource]:
    return {chart.properties["Chart"]: chart for chart in stack(system, "Cluster").of_type(CHART)}


@every_system
def test_a_cluster_has_what_its_settings_count_room_for(system: System) -> None:
    """Each add-on stands there once, by EKS where it offers it and else by a chart."""
    made = stack(system, "Cluster").of_type("AWS::EKS::Addon")
    names = [add_on.properties["AddonName"] for add_on in made]
    assert sorted([*names, *_charts(system)]) == sorted(system.cluster.add_ons)
    # EKS would otherwise install three of them unmanaged, in the same place.
    assert _cluster(system).properties["BootstrapSelfManagedAddons"] is False


@every_system
def test_no_chart_is_installed_that_eks_offers(system: System) -> None:
    """EKS upgrades what it installs; the three charts are what it does not have."""
    without_add_on = {"aws-load-balancer-controller", "keda", "cluster-autoscaler"}
    assert _charts(system).keys() <= without_add_on


@every_guardian
def test_a_cluster_has_no_add_on_without_a_user(system: System) -> None:
    """Silver Guardian has neither volumes nor secrets as files, nor an entrance."""
    unused = {"aws-ebs-csi-driver", "aws-secrets-store-csi-driver-provider"}
    assert not unused & _add_ons(system).keys()
    assert "aws-load-balancer-controller" not in _charts(system)


@every_system
def test_network_policies_are_enforced(system: System) -> None:
    """Without this switch the network plugin accepts policies and ignores them."""
    configuration = json.loads(_add_ons(system)["vpc-cni"].properties["ConfigurationValues"])
    assert configuration == {"enableNetworkPolicy": "true"}


@every_avadot
def test_rotated_secrets_reach_the_pods(system: System) -> None:
    """RDS changes the password every week; the driver looks for new values by itself."""
    add_on = _add_ons(system)["aws-secrets-store-csi-driver-provider"]
    driver = json.loads(add_on.properties["ConfigurationValues"])["secrets-store-csi-driver"]
    assert driver["enableSecretRotation"] is True


@every_avadot
def test_the_volume_driver_has_its_own_role(system: System) -> None:
    """It makes volumes with a role of its pods, not with that of the nodes."""
    (given,) = _add_ons(system)["aws-ebs-csi-driver"].properties["PodIdentityAssociations"]
    role = stack(system, "Cluster").the("AWS::IAM::Role", "AddOns/VolumeRole/")
    assert given["ServiceAccount"] == "ebs-csi-controller-sa"
    assert given["RoleArn"] == {"Fn::GetAtt": [role.logical_id, "Arn"]}


@every_system
def test_charts_are_pinned_and_waited_for(system: System) -> None:
    """A version is named, and CloudFormation waits until webhooks and controllers answer."""
    versions = {name: chart.properties["Version"] for name, chart in _charts(system).items()}
    assert versions == (
        {"keda": "2.20.2", "cluster-autoscaler": "9.59.0"}
        if system in GUARDIANS
        else {"aws-load-balancer-controller": "3.6.0"}
    )
    for chart in _charts(system).values():
        assert chart.properties["Wait"] is True
