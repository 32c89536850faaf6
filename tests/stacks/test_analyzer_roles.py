"""What analysers and the controllers that bring them may do in AWS."""

import pytest

from settings.analyzers import Analyzer
from settings.system import Guardian
from tests.stacks.grants import Grant, grants, grants_of, pod_roles
from tests.stacks.synths import GUARDIAN, GUARDIANS, everything, stack

every_guardian = pytest.mark.parametrize("system", GUARDIANS, ids=lambda system: system.name)
every_analyzer = pytest.mark.parametrize(
    "analyzer", GUARDIAN.analyzers, ids=lambda analyzer: analyzer.name
)


def _allowed(grants: set[Grant]) -> set[tuple[frozenset[str], frozenset[str], str]]:
    return {(grant.actions, grant.resources, grant.condition) for grant in grants}


def _queue(system: Guardian, analyzer: Analyzer) -> str:
    queue = stack(system).the("AWS::SQS::Queue", f"{analyzer.name}/Messages/Queue/")
    return f"${{{system.name}.{queue.logical_id}.Arn}}"


@every_guardian
@every_analyzer
def test_an_analyzer_reads_uploads_and_answers_for_its_messages(
    system: Guardian, analyzer: Analyzer
) -> None:
    """Objects below uploads/, its own queue, tasks of this workflow, and nothing else."""
    data, top = stack(system, "Data"), stack(system)
    bucket = data.the("AWS::S3::Bucket", "Uploads/").logical_id
    bucket_arn = f"${{{data.name}.{bucket}.Arn}}"
    workflow = top.the("AWS::StepFunctions::StateMachine", "Workflow/").logical_id
    role = pod_roles(everything(), system.name)[f"{system.namespace}/{analyzer.name}"]
    assert _allowed(grants_of(everything(), role)) == {
        (
            frozenset({"s3:GetObject", "s3:GetObjectVersion"}),
            frozenset({f"{bucket_arn}/uploads/*"}),
            "",
        ),
        (
            # Asked for when an object is missing, and then without a prefix: else 404 is 403.
            frozenset({"s3:ListBucket"}),
            frozenset({bucket_arn}),
            "",
        ),
        (
            frozenset({"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"}),
            frozenset({_queue(system, analyzer)}),
            "",
        ),
        (
            frozenset(
                {"states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"}
            ),
            frozenset({f"${{{top.name}.{workflow}}}"}),
            "",
        ),
    }


@every_guardian
def test_each_analyzer_has_a_role_of_its_own(system: Guardian) -> None:
    """No two share one, and none is forgotten."""
    roles = pod_roles(everything(), system.name)
    assert roles.keys() == {f"{system.namespace}/{a.name}" for a in system.analyzers}
    assert len({role.logical_id for role in roles.values()}) == len(system.analyzers)


@every_guardian
def test_keda_counts_messages_and_no_more(system: Guardian) -> None:
    """In its own stack the operator's role may nothing; the queues' stack lets it count these."""
    keda = pod_roles(everything(), f"{system.name}Cluster")["keda/keda-operator"]
    assert grants_of(everything(), keda) == set()
    (given,) = (g for g in grants(everything(), system.name) if g.path.startswith("KedaCounts"))
    assert given.actions == {"sqs:GetQueueAttributes"}
    assert given.resources == {_queue(system, analyzer) for analyzer in system.analyzers}
    policy = stack(system).the("AWS::IAM::Policy", "KedaCounts/")
    (role,) = policy.properties["Roles"]
    assert everything().spell(system.name, role) == f"${{{keda.stack}.{keda.logical_id}}}"


@every_guardian
def test_the_autoscaler_changes_this_cluster_s_machines_only(system: Guardian) -> None:
    """Groups of other clusters in the account carry another cluster's name in their tag."""
    role = pod_roles(everything(), f"{system.name}Cluster")["kube-system/cluster-autoscaler"]
    changing = {
        "autoscaling:SetDesiredCapacity",
        "autoscaling:TerminateInstanceInAutoScalingGroup",
    }
    (grant,) = (g for g in grants_of(everything(), role) if g.actions & changing)
    assert grant.actions == changing
    tag = f"aws:ResourceTag/k8s.io/cluster-autoscaler/{system.cluster.name}"
    assert grant.condition == f"{{'StringEquals': {{'{tag}': 'owned'}}}}"


@every_guardian
def test_the_autoscaler_asks_eks_about_groups_without_machines(system: Guardian) -> None:
    """Their labels and taints stand nowhere else; only this cluster's may be looked at."""
    role = pod_roles(everything(), f"{system.name}Cluster")["kube-system/cluster-autoscaler"]
    (grant,) = (g for g in grants_of(everything(), role) if g.actions == {"eks:DescribeNodegroup"})
    (resource,) = grant.resources
    assert resource.endswith(f":nodegroup/{system.cluster.name}/*")
