"""The cluster: closed, observed, encrypted, and what is installed in it."""

import json
from dataclasses import replace

import pytest

from catalog import add_on, kubernetes_version
from catalog.reader import read
from plan.model.assembly import Resource
from settings.checks import SettingError
from settings.cluster import NETWORKING_ADD_ONS
from settings.system import System
from stacks.parts.add_ons import EKS_ADD_ONS
from stacks.parts.controllers import CONTROLLERS
from tests.stacks.applied import releases
from tests.stacks.synths import (
    ENVIRONMENTS,
    EVERY,
    each,
    every_system,
    everything,
    reference,
    stack,
    synthesize,
    the,
)


def _cluster(system: System) -> Resource:
    return the(stack(system, "Cluster"), "AWS::EKS::Cluster")


def _add_ons(system: System) -> dict[str, Resource]:
    made = stack(system, "Cluster").of_type("AWS::EKS::Addon")
    return {add_on.properties["AddonName"]: add_on for add_on in made}


@every_system
def test_the_api_is_open_to_the_named_ranges_only(system: System) -> None:
    """Nodes and the kubectl handler stay inside; people come from where the settings say."""
    network, ranges = _cluster(system).properties["ResourcesVpcConfig"], system.cluster.api_cidrs
    assert network["EndpointPrivateAccess"] is True
    assert network["EndpointPublicAccess"] is bool(ranges)
    assert network.get("PublicAccessCidrs", []) == list(ranges)


@every_system
def test_the_control_plane_keeps_every_log(system: System) -> None:
    """Who did what can be looked up afterwards."""
    enabled = _cluster(system).properties["Logging"]["ClusterLogging"]["EnabledTypes"]
    kinds = {"api", "audit", "authenticator", "controllerManager", "scheduler"}
    assert {entry["Type"] for entry in enabled} == kinds


@every_system
def test_kubernetes_secrets_are_encrypted(system: System) -> None:
    """With a key of the account, which is rotated."""
    key = the(stack(system, "Cluster"), "AWS::KMS::Key", "SecretsKey/")
    (config,) = _cluster(system).properties["EncryptionConfig"]
    assert config["Resources"] == ["secrets"]
    assert config["Provider"]["KeyArn"] == reference(key, "Arn", seen_from=key.stack)
    assert key.properties["EnableKeyRotation"] is True


@every_system
def test_access_is_by_entries(system: System) -> None:
    """No `aws-auth` map: the handler and the operators are the only administrators.

    Where there are GPUs, the gate of their plugin may look, and Karpenter's machines may join.
    """
    cluster = stack(system, "Cluster")
    assert _cluster(system).properties["AccessConfig"]["AuthenticationMode"] == "API"
    roles = {"Operators/", "Cluster/KubectlProvider/Handler/"}
    if system.cluster.node_pools:
        roles.add("Karpenter/MachineRole/")
    if system.cluster.gpu_kinds:
        roles.add("Release/Look/")
    assert {
        entry.properties["PrincipalArn"] for entry in cluster.of_type("AWS::EKS::AccessEntry")
    } == {
        reference(the(cluster, "AWS::IAM::Role", path), "Arn", seen_from=cluster.name)
        for path in roles
    }


@every_system
def test_kubectl_fits_the_cluster(system: System) -> None:
    """The handler gets the layer that the catalog names for the version."""
    version = kubernetes_version(system.cluster.kubernetes)
    layer = the(stack(system, "Cluster"), "AWS::Lambda::LayerVersion", "Kubectl/")
    assert _cluster(system).properties["Version"] == version.version
    assert (
        f"/opt/kubectl/kubectl {version.kubectl_layer.version}." in layer.properties["Description"]
    )


@every_system
def test_an_ended_kubernetes_says_so(system: System) -> None:
    """Whoever chooses a version at which EKS makes no clusters any more is told at synth."""
    version = system.cluster.kubernetes
    ended = () if kubernetes_version(version).can_be_created else (version,)
    warnings = everything().warnings[f"{system.name}Cluster"]
    assert len(warnings) == len(ended)
    for warning, old in zip(warnings, ended, strict=True):
        assert f"EKS creates no clusters at Kubernetes {old} any more" in warning


_COME_WITH = (("karpenter-crd", "karpenter"),)
"""Charts that come with another one."""


@every_system
def test_a_cluster_has_what_its_settings_name(system: System) -> None:
    """Each add-on stands there once, by EKS where it offers it and else by a chart."""
    made = stack(system, "Cluster").of_type("AWS::EKS::Addon")
    names = [add_on.properties["AddonName"] for add_on in made]
    charts = releases(system).keys() - {name for name, _ in _COME_WITH}
    assert sorted([*names, *charts]) == sorted(system.cluster.add_ons)
    for name, other in _COME_WITH:
        assert (name in releases(system)) is (other in system.cluster.add_ons)
    assert set(names) <= set(EKS_ADD_ONS)
    # EKS would otherwise install three of them unmanaged, in the same place.
    assert _cluster(system).properties["BootstrapSelfManagedAddons"] is False


def test_what_the_catalog_knows_can_be_installed() -> None:
    """By EKS, which upgrades what it installs, or else by a chart that the catalog pins."""
    known = read("addons.json")["add_ons"].keys() - {name for name, _ in _COME_WITH}
    assert known == {*EKS_ADD_ONS, *CONTROLLERS}
    assert not CONTROLLERS.keys() & set(EKS_ADD_ONS)
    assert {name for name in known if add_on(name).chart} == CONTROLLERS.keys()


@each(ENVIRONMENTS[:1])
def test_what_nothing_can_install_is_refused(system: System) -> None:
    """In the settings already, with the names that are known."""
    with pytest.raises(SettingError, match=r"'no-such' is not in the catalog; known are vpc-cni"):
        replace(system.cluster, add_ons=(*system.cluster.add_ons, "no-such"))


@each(ENVIRONMENTS[:1])
def test_what_comes_with_an_add_on_is_no_add_on(system: System) -> None:
    """It would be installed twice."""
    cluster = replace(system.cluster, add_ons=(*system.cluster.add_ons, "karpenter-crd"))
    with pytest.raises(SettingError, match=r"karpenter-crd comes with another one of them"):
        synthesize([replace(system, cluster=cluster)])


@every_system
def test_charts_are_pinned_and_waited_for(system: System) -> None:
    """A version is named, and CloudFormation waits until webhooks and controllers answer."""
    for name, release in releases(system).items():
        chart = add_on(name).chart
        assert chart
        assert (release.repository, release.version) == (chart.repository, chart.version)
        assert release.resource.properties["Wait"] is True


_BRING_MACHINES = {"karpenter", "keda"}


@each([system for system in EVERY if _BRING_MACHINES & set(system.cluster.add_ons)])
def test_controllers_stay_on_machines_that_are_always_there(system: System) -> None:
    """What brings machines cannot run on one of those: its chart asks for a common group."""
    general = system.cluster.common_groups[0]
    for name in _BRING_MACHINES & set(system.cluster.add_ons):
        release = releases(system)[name]
        assert release.values["nodeSelector"] == {"node-group": general.name}
        assert "tolerations" not in release.values


@every_system
def test_network_policies_are_enforced(system: System) -> None:
    """Without this switch the network plugin accepts policies and ignores them."""
    configuration = json.loads(_add_ons(system)["vpc-cni"].properties["ConfigurationValues"])
    assert configuration == {"enableNetworkPolicy": "true"}


_SECRETS = "aws-secrets-store-csi-driver-provider"
_VOLUMES = "aws-ebs-csi-driver"


@each([system for system in EVERY if _SECRETS in system.cluster.add_ons])
def test_rotated_secrets_reach_the_pods(system: System) -> None:
    """RDS changes the password every week; the driver looks for new values by itself."""
    add_on = _add_ons(system)[_SECRETS]
    driver = json.loads(add_on.properties["ConfigurationValues"])["secrets-store-csi-driver"]
    assert driver["enableSecretRotation"] is True


@each([system for system in EVERY if _VOLUMES in system.cluster.add_ons])
def test_volumes_of_pods_are_counted_among_the_costs(system: System) -> None:
    """The driver gives them the tag, as CloudFormation does to what it makes itself."""
    configuration = json.loads(_add_ons(system)[_VOLUMES].properties["ConfigurationValues"])
    assert configuration["controller"]["extraVolumeTags"] == {"system": system.name}


@each([system for system in EVERY if _VOLUMES in system.cluster.add_ons])
def test_the_volume_driver_has_its_own_role(system: System) -> None:
    """It makes volumes with a role of its pods, not with that of the nodes."""
    (given,) = _add_ons(system)[_VOLUMES].properties["PodIdentityAssociations"]
    role = the(stack(system, "Cluster"), "AWS::IAM::Role", "AddOns/VolumeRole/")
    assert given["ServiceAccount"] == "ebs-csi-controller-sa"
    assert given["RoleArn"] == reference(role, "Arn", seen_from=role.stack)


@pytest.mark.parametrize(
    ("system", "name"),
    [
        (system, name)
        for system in ENVIRONMENTS
        if system.retained
        for name in system.cluster.add_ons
        if name not in {*NETWORKING_ADD_ONS, "karpenter"}
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_system_without_an_add_on_that_its_objects_need_is_refused(
    system: System, name: str
) -> None:
    others = tuple(other for other in system.cluster.add_ons if other != name)
    without = replace(system, cluster=replace(system.cluster, add_ons=others))

    with pytest.raises(SettingError, match=rf"cluster add_ons is .* needs .*{name}"):
        synthesize([without])
