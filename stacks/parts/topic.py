"""Topics by which people are told."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from constructs import Construct


def topic_told_by(scope: Construct, *services: str) -> sns.Topic:
    """Make a topic to which only these services may publish, for this account."""
    topic = sns.Topic(scope, "Topic", enforce_ssl=True)
    # A policy of its own replaces the one by which the account's services may publish.
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(service) for service in services],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
        )
    )
    return topic
