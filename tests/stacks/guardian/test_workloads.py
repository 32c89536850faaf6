"""What only Silver Guardian's workloads have: spot machines, messages to count, a table."""

from dataclasses import replace

from plan.model.kubernetes import MANIFEST
from settings.guardian.system import Guardian
from tests.stacks.applied import manifests_of_checks, manifests_of_workloads, workloads
from tests.stacks.guardian.cases import EVERY
from tests.stacks.synths import each, required_by, stack, synthesize, the

every_guardian = each(EVERY)


@every_guardian
def test_analyzers_go_to_spot_machines_only(system: Guardian) -> None:
    """They tolerate what keeps all others away, and go nowhere else."""
    (spot,) = system.cluster.node_pools
    for workload in workloads(system):
        pod = workload["spec"]["template"]["spec"]
        assert pod["nodeSelector"] == spot.labels
        assert {t["key"]: t["value"] for t in pod["tolerations"]} == spot.taints


@every_guardian
def test_every_analyzer_is_checked(system: Guardian) -> None:
    """A release would else be complete with no pod that has ever run."""
    checked = [check.service for check in manifests_of_checks(system).values()]
    assert checked == [analyzer.name for analyzer in system.workloads]


@every_guardian
def test_a_new_image_is_checked_by_a_new_resource(system: Guardian) -> None:
    """CloudFormation leaves the former Job until the release has succeeded; the others it keeps."""
    digest = f"sha256:{8:064x}"
    pushed = replace(system.audio, image=replace(system.audio.image, digest=digest))
    before = {c.logical_id for c in manifests_of_checks(system).values()}
    released = synthesize([replace(system, audio=pushed)]).assembly.stack(system.name)
    after = {one.logical_id for one in released.of_type(MANIFEST) if "-check-" in one.path}

    assert len(before) == len(after) == len(system.workloads)
    assert len(before & after) == len(system.workloads) - 1


@every_guardian
def test_a_cluster_has_no_add_on_without_a_user(system: Guardian) -> None:
    """The system has neither volumes nor secrets as files, nor an Ingress."""
    unused = {
        "aws-ebs-csi-driver",
        "aws-secrets-store-csi-driver-provider",
        "aws-load-balancer-controller",
    }
    assert not unused & set(system.cluster.add_ons)


@every_guardian
def test_keda_may_count_before_it_is_asked_to(system: Guardian) -> None:
    """Its right stands in the queues' own stack, and before each scaler."""
    right = the(stack(system), "AWS::IAM::Policy", "KedaCounts/")
    for manifest in manifests_of_workloads(system).values():
        assert right in required_by(manifest)


@every_guardian
def test_analyses_begin_only_once_there_is_a_table(system: Guardian) -> None:
    """Rule and state machine wait for the migration, which waits for a way to the database."""
    top = stack(system)
    migration = the(top, "Custom::Migration")
    for begins in (
        the(top, "AWS::Events::Rule"),
        the(top, "AWS::StepFunctions::StateMachine", "Workflow/"),
    ):
        assert migration in required_by(begins)
    assert set(top.of_type("AWS::EC2::SecurityGroupIngress")) <= required_by(migration)
