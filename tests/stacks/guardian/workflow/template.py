"""What is read in the template of the workflow."""

from typing import Any

OURS = ("Functions", "Migration", "Audio", "Video", "Workflow", "Api", "Alarms")
"""The constructs under test; the rest of the stack is what they rely on."""


def of(resources: dict[str, dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of all resources of a type."""
    return {
        name: resource.get("Properties", {})
        for name, resource in resources.items()
        if resource["Type"] == kind
    }
