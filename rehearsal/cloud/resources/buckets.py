"""S3 buckets: the emulator's own handler, and the tags, which it leaves out.

By its tag the CDK's own function knows a bucket that it may empty before CloudFormation deletes it.
"""

# ruff: noqa: SLF001 - the emulator offers no public joints

from typing import Any

from ministack.services import s3
from ministack.services.cloudformation import provisioners

from rehearsal.cloud.resources.handler import Properties

_TYPE = "AWS::S3::Bucket"


def register_buckets() -> None:
    """Give a bucket the tags of its template, when it is made and when they change."""
    handler = provisioners._RESOURCE_HANDLERS[_TYPE]
    made, changed = handler["create"], handler["update"]

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Any]:
        name, attributes = made(logical_id, properties, stack)
        _tag(name, properties)
        return name, attributes

    def update(
        name: str,
        old: Properties,
        new: Properties,
        *arguments: Any,  # noqa: ANN401
    ) -> tuple[str, Any]:
        successor, attributes = changed(name, old, new, *arguments)
        _tag(successor, new)
        return successor, attributes

    handler |= {"create": create, "update": update}


def _tag(name: str, properties: Properties) -> None:
    s3._bucket_tags[name] = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", ())}
