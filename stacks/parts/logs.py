"""What becomes of the logs that the library's functions write."""

import aws_cdk as cdk


def remove_logs(stack: cdk.Stack, *, retained: bool) -> None:
    """Let the log groups of a throw-away stack go with it; the library keeps them by default."""
    if not retained:
        cdk.RemovalPolicies.of(stack).destroy(apply_to_resource_types=["AWS::Logs::LogGroup"])
