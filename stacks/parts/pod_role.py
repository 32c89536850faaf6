"""IAM roles of pods, by EKS Pod Identity."""

from aws_cdk import aws_eks_v2 as eks
from aws_cdk import aws_iam as iam
from constructs import Construct


class PodRole(iam.Role):
    """A role that only pods of this cluster may take, and that begins with no rights."""

    def __init__(self, scope: Construct, id: str, *, cluster: eks.ICluster) -> None:
        super().__init__(
            scope,
            id,
            assumed_by=iam.SessionTagsPrincipal(
                iam.ServicePrincipal(
                    "pods.eks.amazonaws.com",
                    conditions={"ArnEquals": {"aws:SourceArn": cluster.cluster_arn}},
                )
            ),
        )
        self._cluster = cluster

    def give_to(self, *, service_account: str, namespace: str) -> eks.CfnPodIdentityAssociation:
        """Let the pods of one service account take this role."""
        return eks.CfnPodIdentityAssociation(
            self,
            "Association",
            cluster_name=self._cluster.cluster_name,
            namespace=namespace,
            service_account=service_account,
            role_arn=self.role_arn,
        )
