"""The pipeline: its WorkflowTemplate, how much of it may go on at a time, and who its pods are."""

import cdk8s
from constructs import Construct
from lightkube.models.core_v1 import ConfigMap, ServiceAccount
from lightkube.models.meta_v1 import LabelSelector, LabelSelectorRequirement, ObjectMeta
from lightkube.models.networking_v1 import NetworkPolicy
from lightkube.models.rbac_v1 import PolicyRule

from charts import network_policy
from charts.music.context import PipelineContext
from charts.music.graph import graph_of
from charts.music.rights import allowed
from charts.music.workflow import LIMITS, MusicWorkflow, limits
from charts.objects import NAME_LABEL, add, common_labels
from settings.music.pipeline import TEMPLATE, Pipeline
from settings.music.steps import Step

_API_PORT = 443
_REPORTS = PolicyRule(
    apiGroups=["argoproj.io"], resources=["workflowtaskresults"], verbs=["create", "patch"]
)
"""What Argo's container beside a step does with the step's account: say how it ended."""


class StepChart(cdk8s.Chart):
    """Who the pods of one step are. Their account has a token, to report with, and no other use."""

    def __init__(self, scope: Construct, *, step: Step, context: PipelineContext) -> None:
        super().__init__(scope, step.name)
        identity = context.identity(step.name, step.image)
        add(
            self,
            ServiceAccount(
                apiVersion="v1",
                kind="ServiceAccount",
                metadata=identity.metadata(),
                # Argo leaves this to the account.
                automountServiceAccountToken=True,
            ),
        )


class PipelineChart(cdk8s.Chart):
    """The WorkflowTemplate that the API makes a Workflow of for each run."""

    def __init__(self, scope: Construct, *, pipeline: Pipeline, context: PipelineContext) -> None:
        super().__init__(scope, "pipeline")
        self._context = context
        names = [step.name for step in pipeline.steps]
        for manifest in allowed(
            self._metadata("steps"), _REPORTS, dict.fromkeys(names, context.namespace)
        ):
            add(self, manifest)
        add(self, self._allowed_connections(names))
        add(
            self,
            ConfigMap(
                apiVersion="v1",
                kind="ConfigMap",
                metadata=self._metadata(LIMITS),
                data=limits(pipeline),
            ),
        )
        add(
            self,
            MusicWorkflow(
                identity=context.identity(TEMPLATE, pipeline.listening.image),
                graph=graph_of(pipeline, bucket=context.bucket, region=context.region),
                pipeline=pipeline,
                context=context,
            ),
        )

    def _metadata(self, name: str) -> ObjectMeta:
        return ObjectMeta(
            name=name,
            namespace=self._context.namespace,
            labels=common_labels(self._context.system),
        )

    def _allowed_connections(self, names: list[str]) -> NetworkPolicy:
        """Let steps out to S3 with their role's credentials, and report; nobody asks them."""
        chosen = LabelSelectorRequirement(key=NAME_LABEL, operator="In", values=names)
        return network_policy.policy(
            self._metadata("steps"),
            LabelSelector(matchExpressions=[chosen]),
            egress=[
                network_policy.to_internet(),
                network_policy.to_pod_identity_agent(),
                network_policy.to(self._context.api, _API_PORT),
            ],
        )
