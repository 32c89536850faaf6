"""In which order CloudFormation makes and changes what is in an assembly."""

from plan.model.assembly import Assembly, Resource


def is_first(one: Resource, other: Resource, assembly: Assembly) -> bool:
    """Whether CloudFormation is done with a resource before it begins with another one.

    Of two that do not wait for one another, either may be first.
    """
    if one.stack != other.stack:
        order = [stack.name for stack in assembly.stacks]
        return order.index(one.stack) < order.index(other.stack)
    known = assembly.stack(other.stack).resources
    seen, waiting = set[str](), set(other.depends_on)
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting |= known[name].depends_on - seen
    return one.logical_id in seen
