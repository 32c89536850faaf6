"""What analysers and the controllers that bring them may do in AWS."""

import pytest

from settings.guardian.analyzers import Analyzer
from settings.guardian.system import Guardian
from tests.stacks.grants import Allowed, allowed, grants, grants_of, pod_roles
from tests.stacks.guardian.cases import EVERY, PROD
from tests.stacks.synths import each, reference, stack, the

every_guardian = each(EVERY)
every_analyzer = pytest.mark.parametrize("analyzer", PROD.workloads, ids=lambda one: one.name)


def _queue(system: Guardian, analyzer: Analyzer) -> str:
    queue = the(stack(system), "AWS::SQS::Queue", f"{analyzer.name}/Messages/Queue/")
    return reference(queue, "Arn", seen_from=system.name)


@every_guardian
@every_analyzer
def test_an_analyzer_reads_uploads_and_answers_for_its_messages(
    system: Guardian, analyzer: Analyzer
) -> None:
    """Objects below its prefix, its own queue, tasks of this workflow, and nothing else."""
    uploads = the(stack(system, "Data"), "AWS::S3::Bucket", "Uploads/")
    bucket = reference(uploads, "Arn", seen_from=system.name)
    workflow = the(stack(system), "AWS::StepFunctions::StateMachine", "Workflow/")
    role = pod_roles(system.name)[f"{system.namespace}/{analyzer.name}"]
    assert grants_of(role) == {
        allowed({"s3:GetObject", "s3:GetObjectVersion"}, f"{bucket}/{system.uploads.prefix}*"),
        # Asked for when an object is missing, and then without a prefix: else 404 is 403.
        allowed({"s3:ListBucket"}, bucket),
        allowed(
            {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"},
            _queue(system, analyzer),
        ),
        allowed(
            {"states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"},
            reference(workflow, seen_from=system.name),
        ),
        *_detectors(system, analyzer.name),
    }


def _detectors(system: Guardian, name: str) -> list[Allowed]:
    """Return what an analyser may do to its trained detector: read the one object that it is."""
    return [
        allowed(
            {"s3:GetObject"},
            f"arn:${{AWS::Partition}}:s3:::{one.detector.bucket}/{one.detector.key}",
        )
        for one in system.workloads
        if one.name == name and one.detector
    ]


@every_guardian
def test_keda_counts_messages_and_no_more(system: Guardian) -> None:
    """In its own stack the operator's role may nothing; the queues' stack lets it count these."""
    keda = pod_roles(f"{system.name}Cluster")["keda/keda-operator"]
    assert grants_of(keda) == set()
    (given,) = (g for g in grants(system.name) if g.path.startswith("KedaCounts"))
    assert given.actions == {"sqs:GetQueueAttributes"}
    assert given.resources == {_queue(system, analyzer) for analyzer in system.workloads}
    policy = the(stack(system), "AWS::IAM::Policy", "KedaCounts/")
    assert policy.properties["Roles"] == [reference(keda, seen_from=system.name)]
