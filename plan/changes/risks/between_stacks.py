"""What holds while the lower stacks are new and the upper ones still old.

Stacks are deployed one after another, the lower ones first; what an upper one has deployed earlier
has to work with them until its own turn comes, and CloudFormation refuses some of it.
"""

from collections.abc import Iterator, Sequence

from plan.changes.machines import Machines, admits, item_of, machines_in
from plan.changes.nouns import Change, Replaced, Risk, Severity, Topic, subject
from plan.changes.sides import Sides
from plan.changes.values import some
from plan.model.assembly import Resource
from plan.model.failure import reading
from plan.model.kubernetes import KubernetesObject, cluster_of


def pods_without_nodes(sides: Sides) -> Iterator[Risk]:
    """Yield the workloads whose old pods fit no machines of the new cluster stack."""
    order = [stack.name for stack in sides.after.assembly.stacks]
    for item in sides.before.objects:
        now = sides.after.twin(item)
        if item.pod_template is None or not isinstance(now, KubernetesObject):
            continue
        old, new = (
            machines_in(side, cluster_of(side.assembly, item))
            for side in (sides.before, sides.after)
        )
        pod = item.pod_template["spec"]
        is_later = all(order.index(item_of(group).stack) < order.index(item.stack) for group in old)
        with reading(f"{subject(item)}, or a node group under it,"):
            lost = [group for group in old if admits(group, pod)]
            fits = any(admits(group, pod) for group in new)
        if lost and is_later and not fits:
            yield _without_nodes(item, lost)


def _without_nodes(item: KubernetesObject, lost: Sequence[Machines]) -> Risk:
    stack, gone = item_of(lost[0]).stack, some(subject(item_of(one)) for one in lost)
    sentence = (
        f"finds no node once {stack} is deployed without {gone} as it was, "
        f"until {item.stack} comes: keep those machines beside the new ones, `cdk deploy "
        f"{item.stack}`, and take them away in a deploy of their own"
    )
    return Risk.of(item, Topic.NODES, Severity.RISKY, sentence)


def exports_in_use(changes: Sequence[Change], sides: Sides) -> Iterator[Risk]:
    """Yield exports that change while a deployed stack imports them, once for each resource."""
    replaced = {(c.item.stack, c.item.logical_id) for c in changes if isinstance(c, Replaced)}
    shown: set[Resource] = set()
    for stack in sides.before.assembly.stacks:
        for name, value in stack.exports.items():
            importers = [s.name for s in sides.deployed if name in s.imports]
            now = sides.after.assembly.stack(stack.name).exports.get(name)
            resource = sides.before.assembly.target(stack.name, value)
            owner = (stack.name, resource.logical_id if resource else "")
            if importers and resource not in shown and (now != value or owner in replaced):
                shown |= {resource} if resource else set()
                what = "is no longer exported" if now is None else "changes"
                sentence = (
                    f"{what} while {', '.join(importers)} still imports it, which CloudFormation "
                    f"refuses: {_remedy(now, importers, sides)}"
                )
                yield Risk(
                    topic=Topic.REFUSED,
                    severity=Severity.RISKY,
                    service=resource.service if resource else stack.name,
                    stack=stack.name,
                    subject=subject(resource) if resource else f"export {name}",
                    sentence=sentence,
                )


def _remedy(now: str | None, importers: Sequence[str], sides: Sides) -> str:
    """Say by which deploys CloudFormation accepts that an export changes or goes."""
    kept = "keep the old export by `self.export_value(…)` in its stack until a second deploy"
    if now is not None:
        return f"give the new one another construct id, and {kept}"
    exported = {name for stack in sides.deployed for name in stack.exports}
    planned = {stack.name: stack for stack in sides.after.assembly.stacks}
    if all(name in planned and planned[name].imports <= exported for name in importers):
        alone = f"`cdk deploy --exclusively {' '.join(importers)}`"
        return f"deploy what imports it no longer with {alone} first, and then the rest"
    return kept
