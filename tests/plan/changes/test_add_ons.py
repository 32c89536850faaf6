"""What relies on an add-on that goes."""

from plan.changes.nouns import Severity, Topic
from tests.plan.assemblies import Document, resource
from tests.plan.changes.compared import assert_risk, resources, risks

_ADD_ON = "AWS::EKS::Addon"


def test_an_add_on_that_nothing_needs_may_go() -> None:
    it = resource(_ADD_ON, "App/It", {"AddonName": "metrics-server", "ClusterName": "c"})

    changes = resources({"It": it}, {})

    assert_risk(changes, Topic.ADD_ONS, Severity.NOTICE, "nothing that is deployed with it needs")


def test_another_add_on_in_its_place_removes_the_first() -> None:
    def add_on(name: str) -> Document:
        return resource(_ADD_ON, "App/It", {"AddonName": name, "ClusterName": "c"})

    changes = resources({"It": add_on("metrics-server")}, {"It": add_on("coredns")})

    assert_risk(changes, Topic.ADD_ONS, Severity.NOTICE, "is removed")


def test_an_add_on_under_another_id_stays() -> None:
    it = resource(_ADD_ON, "App/It", {"AddonName": "metrics-server", "ClusterName": "c"})

    assert risks(resources({"It": it}, {"Other": it}), Topic.ADD_ONS) == []
