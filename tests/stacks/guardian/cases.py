"""What the shared tests must know of Silver Guardian."""

from collections.abc import Mapping

from settings.guardian import environments
from settings.guardian.system import Guardian
from settings.systems import images_of
from tests.settings.guardian.examples import detecting

PROD, DEV = (make(images_of(Guardian)) for make in (environments.prod, environments.dev))
ALTERNATIVES = (detecting(PROD),)
EVERY = (PROD, DEV, *ALTERNATIVES)

_DELIVERIES = "deliveries of logs know no resource"
_TRACES = "traces know no resource"
ON_EVERY_RESOURCE: Mapping[str, Mapping[str, str]] = {
    "Workflow/StateMachine/Role/DefaultPolicy/Resource": {
        "logs:CreateLogDelivery": _DELIVERIES,
        "logs:DeleteLogDelivery": _DELIVERIES,
        "logs:DescribeLogGroups": _DELIVERIES,
        "logs:DescribeResourcePolicies": _DELIVERIES,
        "logs:GetLogDelivery": _DELIVERIES,
        "logs:ListLogDeliveries": _DELIVERIES,
        "logs:PutResourcePolicy": _DELIVERIES,
        "logs:UpdateLogDelivery": _DELIVERIES,
        "transcribe:StartTranscriptionJob": "a job has no name before it starts",
        "xray:GetSamplingRules": _TRACES,
        "xray:GetSamplingTargets": _TRACES,
        "xray:PutTelemetryRecords": _TRACES,
        "xray:PutTraceSegments": _TRACES,
    },
}
"""What its own stacks may do to every resource: policy, action, reason."""
