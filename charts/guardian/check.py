"""The check of an analyser: a Job that starts a new image once, though no work is there."""

import cdk8s
from constructs import Construct
from lightkube.models.batch_v1 import Job, JobSpec
from lightkube.models.core_v1 import PodTemplateSpec
from lightkube.models.meta_v1 import ObjectMeta

from charts.guardian.analyzer import analyzer_pod, check_identity
from charts.guardian.context import AnalyzerContext
from charts.objects import Digest, Identity, add
from settings.guardian.analyzers import Analyzer

_ARGUMENTS = ["--check"]
_TRIES_AGAIN = 2
"""What a new role may do is known a moment later, and a spot machine may go at any time."""
_DIGITS = 10


class CheckChart(cdk8s.Chart):
    """A Job for each template of an analyser's pods, and so for each of its images.

    A template that has changed needs a Job of another name, since Jobs cannot change; one that has
    not keeps its Job, which has ended and stays as the proof.
    """

    def __init__(
        self, scope: Construct, *, analyzer: Analyzer, context: AnalyzerContext, digest: Digest
    ) -> None:
        """Draw it; `digest` sees through what only CloudFormation fills in."""
        super().__init__(scope, f"{analyzer.name}-check")
        identity = context.identity(analyzer.name, analyzer.image)
        pods = _pods(identity, analyzer, context)
        name = f"{check_identity(identity).name}-{digest(pods.to_dict())[:_DIGITS]}"
        add(
            self,
            Job(
                apiVersion="batch/v1",
                kind="Job",
                metadata=identity.metadata(name),
                spec=JobSpec(
                    template=pods,
                    backoffLimit=_TRIES_AGAIN,
                    activeDeadlineSeconds=analyzer.rollout.limit,
                ),
            ),
        )


def _pods(identity: Identity, analyzer: Analyzer, context: AnalyzerContext) -> PodTemplateSpec:
    """Describe the analyser's pod as it checks itself and ends: nobody asks or probes it."""
    pod = analyzer_pod(identity, analyzer, context)
    pod.restartPolicy = "Never"
    (container,) = pod.containers
    container.args = _ARGUMENTS
    container.ports = None
    container.startupProbe = container.readinessProbe = container.livenessProbe = None
    labels = check_identity(identity).labels
    return PodTemplateSpec(metadata=ObjectMeta(labels=labels), spec=pod)
