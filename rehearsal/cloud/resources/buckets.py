"""S3 buckets: the emulator's own handler, and the tags, which it leaves out.

By its tag the CDK's own function knows a bucket that it may empty before CloudFormation deletes it.
"""

from collections.abc import Callable
from typing import Any

from rehearsal.cloud.clients import own_client
from rehearsal.cloud.patches.cloudformation import Properties, operation

_TYPE = "AWS::S3::Bucket"


def patch_create(original: Callable[..., tuple[str, Any]]) -> Callable[..., tuple[str, Any]]:
    """Tag a new bucket."""

    def create(logical_id: str, properties: Properties, stack: str) -> tuple[str, Any]:
        name, attributes = original(logical_id, properties, stack)
        _tag(name, properties)
        return name, attributes

    return create


def patch_update(original: Callable[..., tuple[str, Any]]) -> Callable[..., tuple[str, Any]]:
    """Tag a bucket anew."""

    def update(
        name: str,
        old: Properties,
        new: Properties,
        *arguments: Any,  # noqa: ANN401
    ) -> tuple[str, Any]:
        successor, attributes = original(name, old, new, *arguments)
        _tag(successor, new)
        return successor, attributes

    return update


def _tag(name: str, properties: Properties) -> None:
    tags = [dict(tag) for tag in properties.get("Tags", ())]
    if tags:
        own_client("s3").put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
    else:
        own_client("s3").delete_bucket_tagging(Bucket=name)


_LEFT_OUT = "the tags of a bucket are left out"
PATCHES = (
    operation(_TYPE, "create", "477b78a3cb15", patch_create, corrects=_LEFT_OUT),
    operation(_TYPE, "update", "1d4f3f6390bb", patch_update, corrects=_LEFT_OUT),
)
