"""What differs between two documents, value by value."""

from typing import Any

import pytest

from plan.changes.fields import differences


def _found(before: Any, after: Any) -> dict[str, tuple[object, object]]:
    return {field.path: (field.before, field.after) for field in differences(before, after)}


def test_only_what_differs_is_named() -> None:
    """A value that stays the same is not there, whatever stands beside it."""
    found = _found({"spec": {"a": 1, "b": 2}}, {"spec": {"a": 1, "b": 3}})

    assert found == {"spec.b": (2, 3)}


def test_what_is_not_there_is_none() -> None:
    """A field that comes or goes has no value on the other side."""
    assert _found({"a": 1}, {"b": [2]}) == {"a": (1, None), "b": (None, [2])}


def test_a_key_with_dots_stands_in_brackets() -> None:
    """The name of an annotation is no path of its own."""
    found = _found({"annotations": {"a.b/c": "1"}}, {"annotations": {"a.b/c": "2"}})

    assert found == {"annotations[a.b/c]": ("1", "2")}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("containers", {"name": "x"}),
        ("initContainers", {"name": "x"}),
        ("env", {"name": "x"}),
        ("volumes", {"name": "x"}),
        ("ports", {"containerPort": "x"}),
        ("ports", {"port": "x"}),
        ("volumeMounts", {"mountPath": "x"}),
        ("volumeDevices", {"devicePath": "x"}),
        ("topologySpreadConstraints", {"topologyKey": "x"}),
        ("hostAliases", {"ip": "x"}),
        ("items", {"key": "x"}),
        ("paths", {"path": "x"}),
        ("rules", {"host": "x"}),
        ("Tags", {"Key": "x"}),
        ("Workloads", {"Name": "x"}),
        ("BlockDeviceMappings", {"DeviceName": "x"}),
    ],
)
def test_items_of_a_list_are_matched_by_their_key(name: str, key: dict[str, str]) -> None:
    """Another order is no change, and a change names the item by its key."""
    other = dict.fromkeys(key, "y")

    found = _found({name: [{**key, "v": 1}, other]}, {name: [other, {**key, "v": 2}]})

    assert found == {f"{name}[x].v": (1, 2)}


def test_two_ports_of_one_number_are_told_apart_by_their_protocol() -> None:
    """DNS listens on 53 twice."""
    tcp, udp = {"port": 53, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}

    assert _found({"ports": [tcp, udp]}, {"ports": [udp]}) == {"ports[53/TCP]": (tcp, None)}


def test_items_without_a_key_are_matched_by_their_neighbours() -> None:
    """An item in the middle that goes does not shift all that follow."""
    first, middle, last = {"a": 1}, {"a": 2}, {"a": 3}

    found = _found({"to": [first, middle, last]}, {"to": [first, last]})

    assert found == {"to[1]": (middle, None)}


def test_an_item_without_a_key_that_changes_is_opened() -> None:
    """Of an IAM statement, only what differs is named."""
    found = _found(
        {"Statement": [{"Effect": "Allow", "Action": "a"}]},
        {"Statement": [{"Effect": "Allow", "Action": "b"}]},
    )

    assert found == {"Statement[0].Action": ("a", "b")}


def test_another_order_of_what_has_no_key_is_a_change() -> None:
    """The order of arguments matters."""
    assert _found({"args": ["a", "b"]}, {"args": ["b", "a"]})


def test_a_text_that_holds_json_is_opened() -> None:
    """An annotation with JSON in it is compared as what it says."""
    found = _found({"ports": '[{"HTTP": 80}]'}, {"ports": '[{"HTTP": 81}]'})

    assert found == {"ports[0].HTTP": (80, 81)}


def test_json_that_only_looks_different_is_shown_as_text() -> None:
    """Else a change would be lost: CloudFormation sees another text."""
    assert _found({"a": '{"b":1}'}, {"a": '{"b": 1}'}) == {"a": ('{"b":1}', '{"b": 1}')}


def test_true_is_not_one() -> None:
    """A switch and a number are different values, though Python holds them for equal."""
    assert _found({"a": True}, {"a": 1}) == {"a": (True, 1)}
