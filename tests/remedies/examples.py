"""Commands of findings with the names that they have when somebody types them."""

import re
import shlex
from collections.abc import Mapping

from tests.remedies.collected import Text, commands

_PLACEHOLDER = re.compile(r"\{((?:[^{}]|\{[^{}]*\})*)\}")
_REGION = "ap-northeast-2"
_STACKS = dict.fromkeys(
    (
        *("after.stack", "group.stack", "item.stack", "other.stack", "stack", "stack.name"),
        *("self.made_by", "self.resource.stack", "' '.join(importers)"),
    ),
    "App",
)
_VALUES: Mapping[str, str] = {
    **_STACKS,
    "self.region": _REGION,
    "region": _REGION,
    "where": _REGION,
    "_label(group)": "node-group=a",
    "item.name": "one",
    "other.name": "one",
    "item.kind.lower()": "poddisruptionbudget",
    "other.kind.lower()": "horizontalpodautoscaler",
    "_place(after)": "CHART",
    "after.version": "1.2.3",
    "name": "avadot-prod",
    "was": "1.35",
    "now": "1.36",
    "account.number": "000000000000",
    "self.arn": f"arn:aws:acm:{_REGION}:000000000000:certificate/one",
    "self.engine": "mysql",
    "self.size": "db.t4g.medium",
    "self.types": "t3.large",
    "','.join(self.types)": "t3.large,t3.xlarge",
    "repository": "avadot/tarot",
    "target": f"000000000000.dkr.ecr.{_REGION}.amazonaws.com/avadot/tarot:1.0.0",
    "place": "s3://models/a2f",
    "self.url": "s3://models/a2f/one",
    "self.service": "ec2",
    "self.code": "L-1216C47A",
    "needed": "64",
    "key": "1234abcd-12ab-34cd-56ef-1234567890ab",
    "grantee": "arn:aws:iam::000000000000:role/aws-service-role/autoscaling",
    "_OPERATIONS": "Encrypt Decrypt DescribeKey CreateGrant",
    "without": " --resources-to-skip Custom",
}
_OF_A_MODULE: Mapping[tuple[str, str], str] = {
    ("plan/changes/risks/refused.py", "where"): "",
    ("plan/changes/risks/refused.py", "item.kind.lower()"): "storageclass",
    ("plan/changes/risks/exclusive.py", "where"): "-n default ",
    ("plan/changes/risks/leftovers.py", "where"): "-n default ",
}


def typed(program: str) -> list[list[str]]:
    """Return the words of each command of a program; those that only the CDK's npx starts, too."""
    words = [shlex.split(filled(text)) for text in commands()]
    bare = [line[1:] if line[0] == "npx" else line for line in words]
    return [
        list(line) for line in dict.fromkeys(tuple(line) for line in bare if line[0] == program)
    ]


def programs() -> set[str]:
    """Return all programs that findings name."""
    return {text.words.removeprefix("npx ").partition(" ")[0] for text in commands()}


def filled(text: Text) -> str:
    """Put an example in the place of each placeholder; a new placeholder needs a new example."""

    def value(found: re.Match[str]) -> str:
        own = _OF_A_MODULE.get((text.module, found[1]))
        return _VALUES[found[1]] if own is None else own

    return _PLACEHOLDER.sub(value, text.words)
