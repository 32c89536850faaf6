"""S3: a range of an object's version, and pages that come from this machine."""

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import s3

from rehearsal.cloud.patches import Patch, private

_parse_range = private(s3, "_parse_range")
_range_error_xml = private(s3, "_range_error_xml")
_xml_body = private(s3, "_xml_body")
_OK, _PARTIAL = 200, 206
_CHECKSUM = "x-amz-checksum-"
"""Checksums are of the whole: beside a part of it boto3 takes them for damage."""

_PLAYED_ORIGIN = "http://127.0.0.1:*"
"""Of pages that are looked at in the rehearsal."""

Answer = tuple[int, dict[str, str], bytes]


def patch_versioned_range(get: Callable[..., Answer]) -> Callable[..., Answer]:
    """Cut the answer as it is cut for an object without version."""

    def getting(
        bucket: str, key: str, headers: Mapping[str, str], query: Mapping[str, Any] | None = None
    ) -> Answer:
        status, said, body = get(bucket, key, headers, query)
        asked = headers.get("range", "")
        if status != _OK or not asked:
            return status, said, body
        found = _parse_range(asked, len(body))
        if found is None:
            refused = {"Content-Type": "application/xml", "Content-Range": f"bytes */{len(body)}"}
            return 416, refused, _xml_body(_range_error_xml(bucket, key))
        start, end = found
        kept = {name: one for name, one in said.items() if not name.lower().startswith(_CHECKSUM)}
        part = body[start : end + 1]
        kept["Content-Length"] = str(len(part))
        kept["Content-Range"] = f"bytes {start}-{end}/{len(body)}"
        return _PARTIAL, kept, part

    return getting


def patch_cors_rules(
    read: Callable[[str], list[dict[str, list[str]]] | None],
) -> Callable[[str], list[dict[str, list[str]]] | None]:
    """Let a page of the played load balancer do what it may at its own address."""

    def reading(bucket: str) -> list[dict[str, list[str]]] | None:
        rules = read(bucket)
        return rules and [
            {**rule, "AllowedOrigin": [*rule.get("AllowedOrigin", []), _PLAYED_ORIGIN]}
            for rule in rules
        ]

    return reading


PATCHES = (
    Patch(
        module=s3,
        attribute="_cors_rules",
        fingerprint="35b23fe3abee",
        corrects="a page at an address of this machine is none that a bucket's rules name",
        upstream="nothing: the address is the rehearsal's",
        replacement=patch_cors_rules,
    ),
    Patch(
        module=s3,
        attribute="_get_object",
        fingerprint="64ad7071ef0e",
        corrects="Range is ignored beside versionId",
        upstream="s3._get_object: look at range before the versioned branch returns",
        replacement=patch_versioned_range,
    ),
)
