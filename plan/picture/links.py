"""What APIs and workflows use, and what begins them."""

from collections.abc import Iterator, Mapping, Sequence

from plan.model.ai_services import models_of, transcribes
from plan.model.assembly import Assembly, Resource
from plan.model.intrinsics import references
from plan.model.roles import policies_of, roles_of
from plan.model.state_machine import is_of_s3
from plan.picture.network import key_of
from plan.picture.scene import Flow
from plan.picture.steps import model_key, transcription_key
from plan.picture.stores import Standing


def links(assembly: Assembly, standing: Sequence[Standing]) -> Iterator[Flow]:
    """Yield who uses what: they, or the policies of their roles, name it."""
    shown = {member: one.store.key for one in standing for member in one.members}
    resources = {f"{one.stack}/{one.logical_id}": one for one in assembly.resources}
    for one in standing:
        if one.store.look != "store":
            for member in sorted(one.members):
                for used in _used(assembly, resources[member], shown):
                    if used != one.store.key:
                        yield Flow(one.store.key, used)
    for rule in assembly.of_type("AWS::Events::Rule"):
        if is_of_s3(rule.properties):
            yield from _begun(assembly, rule, shown)


def _used(assembly: Assembly, member: Resource, shown: Mapping[str, str]) -> Iterator[str]:
    yield from _shown(assembly, member.stack, member.properties, shown)
    for policy in policies_of(assembly, roles_of(assembly, [member])):
        yield from _shown(assembly, policy.stack, policy.properties, shown)
        region = assembly.region_of(policy)
        yield from (model_key(model) for model in models_of(policy, region))
        if transcribes(policy):
            yield transcription_key(region)


def _shown(
    assembly: Assembly, stack: str, value: object, shown: Mapping[str, str]
) -> Iterator[str]:
    """Yield the keys of what a value names and the picture shows."""
    for name in sorted(references(value)):
        found = key_of(assembly, stack, f"${{{name}}}")
        if found is not None and found in shown:
            yield shown[found]


def _begun(assembly: Assembly, rule: Resource, shown: Mapping[str, str]) -> Iterator[Flow]:
    """Yield that the buckets of a rule's pattern begin what it targets."""
    buckets = list(_shown(assembly, rule.stack, rule.properties.get("EventPattern"), shown))
    for target in rule.properties.get("Targets", ()):
        for begun in _shown(assembly, rule.stack, target.get("Arn"), shown):
            yield from (Flow(bucket, begun) for bucket in buckets)
