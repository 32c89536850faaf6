"""Which things differ between two assemblies, and whose they are."""

import json

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Changed, Topic
from plan.model.assembly import Assembly, PlanError
from tests.plan.assemblies import Written, assembled, manifest, resource, thing
from tests.plan.changes.compared import fields, listed, objects, resources, risks

_TOPIC = resource("AWS::SNS::Topic", "App/tarot/Topic/Resource")


def test_everything_is_added_to_nothing() -> None:
    """A stack that is not there before counts as empty."""
    after = assembled(Written(name="App", resources={"Topic": _TOPIC}))

    changes = compare(Assembly(()), after, "App")

    assert listed(changes) == [("Added", "AWS::SNS::Topic tarot/Topic")]


def test_a_stack_that_is_not_there_after_is_reported() -> None:
    with pytest.raises(PlanError, match=r"stack 'Nope' is not in the assembly"):
        compare(Assembly(()), assembled(Written(name="App", resources={})), "Nope")


def test_only_the_stack_and_what_it_depends_on_are_compared() -> None:
    before = [Written(name=name, resources={}) for name in ("Data", "App", "Other")]
    after = [
        Written(name="Data", resources={"Topic": _TOPIC}),
        Written(name="App", resources={}, depends_on=["Data"]),
        Written(name="Other", resources={"Topic": _TOPIC}),
    ]

    changes = compare(assembled(*before), assembled(*after), "App")

    assert [change.item.stack for change in changes.changes] == ["Data"]


def test_a_service_has_its_resources_and_its_objects_together() -> None:
    path = "App/tarot/Objects/Resource/Default"
    role = resource("AWS::IAM::Role", "App/tarot/Role/Resource")
    other = resource("AWS::SNS::Topic", "App/backend/Topic/Resource")

    changes = resources(
        {}, {"Role": role, "Other": other, "Objects": manifest(path, thing("Service"))}
    )

    assert changes.services == ("tarot", "backend")
    assert [len(list(changes.of(service))) for service in changes.services] == [2, 1]


def test_an_object_with_another_name_is_another_object() -> None:
    changes = objects([thing("Service", "old")], [thing("Service", "new")])

    assert listed(changes) == [("Added", "Service avadot/new"), ("Removed", "Service avadot/old")]


def test_an_object_of_another_version_of_its_api_is_the_same_object() -> None:
    old = thing("PodDisruptionBudget") | {"apiVersion": "policy/v1beta1"}

    changes = objects([old], [thing("PodDisruptionBudget")])

    assert fields(changes) == {"apiVersion": ("policy/v1beta1", "policy/v1")}


def test_a_chart_is_shown_with_its_values_one_by_one() -> None:

    def chart(replicas: int) -> dict[str, object]:
        values = json.dumps({"controller": {"replicas": replicas}, "name": "x"})
        return resource(
            "Custom::AWSCDK-EKS-HelmChart",
            "App/Controller/Chart",
            {"Release": "controller", "Chart": "c", "Namespace": "kube-system", "Values": values},
        )

    changes = resources({"Chart": chart(1)}, {"Chart": chart(2)})

    assert listed(changes) == [("Changed", "HelmRelease kube-system/controller")]
    assert fields(changes) == {"Values.controller.replicas": (1, 2)}


def test_a_stack_that_the_app_no_longer_has_stays_deployed() -> None:
    """Its resources are not removed, since cdk deploys only what is in the app."""
    before = assembled(
        Written(name="Old", resources={"Topic": _TOPIC}), Written(name="App", resources={})
    )

    changes = compare(before, assembled(Written(name="App", resources={})))

    assert changes.changes == ()
    ((_, sentence),) = risks(changes, Topic.LEFT_BEHIND)
    assert "stays deployed and billed" in sentence
    assert "`cdk destroy Old`" in sentence


def test_both_forms_of_a_change_are_at_hand() -> None:
    changes = objects(
        [thing("Service", spec={"type": "ClusterIP"})],
        [thing("Service", spec={"type": "NodePort"})],
    )

    (change,) = changes.changes
    assert isinstance(change, Changed)
    assert change.before != change.item
