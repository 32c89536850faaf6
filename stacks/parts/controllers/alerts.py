"""To whom Alertmanager tells which alerts."""

from collections.abc import Mapping
from typing import Any

_TOLD_OF = ("critical", "warning")


def routes(topic_arn: str, region: str) -> Mapping[str, Any]:
    """Return Alertmanager's configuration: critical alerts and warnings go to an SNS topic.

    Others are there to be looked at. Alerts of one kind and service come together, those of ten
    seconds; who was told and has done nothing is told again after twelve hours.
    """
    severities = "|".join(_TOLD_OF)
    topic = {
        "topic_arn": topic_arn,
        "sigv4": {"region": region},
        "subject": "{{ .Status | toUpper }} {{ .CommonLabels.severity }}: "
        "{{ .CommonLabels.alertname }}",
        "send_resolved": True,
    }
    return {
        "route": {
            "receiver": "nobody",
            "group_by": ["alertname", "namespace", "service"],
            "group_wait": "10s",
            "group_interval": "5m",
            "repeat_interval": "12h",
            "routes": [{"receiver": "topic", "matchers": [f'severity=~"{severities}"']}],
        },
        "inhibit_rules": [
            {
                "source_matchers": ['severity="critical"'],
                "target_matchers": ['severity="warning"'],
                "equal": ["alertname", "namespace", "service"],
            }
        ],
        "receivers": [{"name": "nobody"}, {"name": "topic", "sns_configs": [topic]}],
    }
