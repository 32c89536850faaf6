"""What the terminal shows."""

from plan.capacity import as_lines, capacity_of
from tests.plan.capacity.builder import Group, cluster, deployment, device_plugin, pod_spec


def test_a_scenario_is_a_line_with_what_is_left() -> None:
    """Verdict, and room by node group; GPUs where there are any."""
    gpu = Group(name="gpu", instance_type="g4dn.xlarge", size=1)
    first, line, *_ = _lines([gpu], device_plugin(), deployment("app", pod_spec("900m", "1Gi")))

    assert first == "case: does every pod find a node?"
    assert line.split() == [
        *("all", "pods", "at", "minimum", "fits,", "left:", "gpu"),
        *("3020m,", "13457", "MiB,", "27", "pods,", "1", "GPU"),
    ]


def test_what_finds_no_node_stands_below_with_the_reason() -> None:
    """Services that lack as much for the same reason stand together."""
    objects = [deployment(name, pod_spec("2"), 2) for name in ("one", "two")]
    lines = _lines([Group(size=1)], *objects)

    assert "    4 of 4 pods find no node" in lines
    assert "    2 of 2 of one, two stop: 0/1 nodes are available: 1 Insufficient cpu." in lines


def test_what_depends_on_the_order_is_a_range() -> None:
    """Two pods of four fit, and nobody knows which."""
    objects = [deployment(name, pod_spec("900m"), 2) for name in ("one", "two")]
    lines = _lines([Group(size=1)], *objects)

    assert "    2 of 4 pods find no node; which ones depends on the order" in lines
    assert any(line.startswith("    0 to 2 of 2 of one, two may stop: ") for line in lines)


def test_what_is_not_counted_is_said() -> None:
    """Pods of an add-on that the catalog does not know take room unseen."""
    found = capacity_of(cluster([Group()], [], ["unheard-of"]))

    *_, last = as_lines(found)

    assert last == "  not counted: unheard-of"


def _lines(groups: list[Group], *objects: dict[str, object]) -> list[str]:
    return list(as_lines(capacity_of(cluster(groups, objects))))
