"""What holds while the lower stacks are new and the upper ones still old."""

from itertools import pairwise
from typing import Any

import pytest

from plan.changes.comparison import compare
from plan.changes.nouns import Changes, Severity, Topic
from plan.model.assembly import Assembly
from tests.plan.assemblies import Document, Written, assembled, manifest, resource, thing
from tests.plan.changes.compared import assert_risk, risks


def _imported(before: Document, after: Document, *, still: bool) -> Changes:
    """Compare an exporting stack whose importer imports in the deployed form, and perhaps still."""
    export = {"Value": {"Ref": "It"}, "Export": {"Name": "It"}}
    importing = resource("T", "", {"It": {"Fn::ImportValue": "It"}})

    def stacks(exporting: Document, *, outputs: bool, imports: bool) -> list[Written]:
        return [
            Written(name="Data", resources=exporting, outputs={"It": export} if outputs else {}),
            Written(
                name="App",
                resources={"Reader": importing if imports else resource("T")},
                depends_on=["Data"],
            ),
        ]

    return compare(
        assembled(*stacks(before, outputs=True, imports=True)),
        assembled(*stacks(after, outputs=still, imports=still)),
        "App",
    )


def _stacks(*, exports: bool, imports: bool, new: bool = False) -> Assembly:
    """Return a lower stack that may export, and an upper one that may import, perhaps more."""
    export = {"Value": {"Ref": "It"}, "Export": {"Name": "It"}}
    more = {"Value": {"Ref": "New"}, "Export": {"Name": "New"}}
    names = (["It"] if imports else []) + (["New"] if new else [])
    reader = {name: {"Fn::ImportValue": name} for name in names}
    return assembled(
        Written(
            name="Data",
            resources={"It": resource("T"), "New": resource("T")},
            outputs=({"It": export} if exports else {}) | ({"New": more} if new else {}),
        ),
        Written(name="App", resources={"R": resource("T", "", reader)}, depends_on=["Data"]),
    )


def test_an_export_goes_after_the_deploy_of_the_importer_alone() -> None:
    """Each deploy that the finding names is accepted: first the upper stack, then the lower."""
    before = _stacks(exports=True, imports=True)
    importer_first = _stacks(exports=True, imports=False)
    after = _stacks(exports=False, imports=False)

    ((_, sentence),) = risks(compare(before, after, "App"), Topic.REFUSED)

    assert "with `cdk deploy --exclusively App` first" in sentence
    assert risks(compare(before, importer_first, "App"), Topic.REFUSED) == []
    assert risks(compare(importer_first, after, "App"), Topic.REFUSED) == []


def test_an_export_is_kept_where_the_importer_needs_another_new_one() -> None:
    """Alone the upper stack would not deploy: what it imports now is not exported yet."""
    before = _stacks(exports=True, imports=True)
    kept = _stacks(exports=True, imports=False, new=True)
    after = _stacks(exports=False, imports=False, new=True)

    ((_, sentence),) = risks(compare(before, after, "App"), Topic.REFUSED)

    assert "keep the old export by `self.export_value(…)`" in sentence
    assert risks(compare(before, kept, "App"), Topic.REFUSED) == []
    assert risks(compare(kept, after, "App"), Topic.REFUSED) == []


def test_an_export_cannot_go_while_it_is_imported() -> None:
    """Also when the importer gives it up in the same deploy: the exporter comes first."""
    it = {"It": resource("AWS::SNS::Topic", "Data/It")}

    assert_risk(
        _imported(it, it, still=False),
        Topic.REFUSED,
        Severity.RISKY,
        "is no longer exported while App still imports it",
    )


def test_an_exported_resource_cannot_be_replaced_while_it_is_imported() -> None:
    before = {"It": resource("AWS::SNS::Topic", "Data/It", {"TopicName": "a"})}
    after = {"It": resource("AWS::SNS::Topic", "Data/It", {"TopicName": "b"})}

    ((_, sentence),) = risks(_imported(before, after, still=True), Topic.REFUSED)

    assert "changes while App still imports it" in sentence


def test_an_exported_text_cannot_change_while_it_is_imported() -> None:
    """It names no single resource, and is refused all the same."""

    def stacks(value: str) -> list[Written]:
        importing = resource("T", "", {"It": {"Fn::ImportValue": "It"}})
        outputs = {"It": {"Value": value, "Export": {"Name": "It"}}}
        return [
            Written(name="Data", resources={}, outputs=outputs),
            Written(name="App", resources={"R": importing}, depends_on=["Data"]),
            Written(name="Other", resources={"R": importing}, depends_on=["Data"]),
        ]

    changes = compare(assembled(*stacks("a")), assembled(*stacks("b")), "App")

    ((_, sentence),) = risks(changes, Topic.REFUSED)
    assert "changes while App, Other still imports it" in sentence
    assert [risk.subject for risk in changes.risky] == ["export It"]


def test_an_export_that_stays_is_no_matter() -> None:
    """Another property of the resource changes nothing for the importer."""
    before = {"It": resource("AWS::SNS::Topic", "Data/It", {"DisplayName": "a"})}
    after = {"It": resource("AWS::SNS::Topic", "Data/It", {"DisplayName": "b"})}

    assert risks(_imported(before, after, still=True), Topic.REFUSED) == []


def _pods(**spec: Any) -> Document:
    pod = {"containers": [{"name": "it", "image": "it@sha256:0"}], **spec}
    return thing("Deployment", spec={"template": {"spec": pod}})


def _cluster(groups: dict[str, Document], pods: Document) -> Assembly:
    """Return a cluster with node groups, and a stack above it with pods."""
    lower = {
        name: resource("AWS::EKS::Nodegroup", f"Cluster/{name}", {"ClusterName": "avadot"} | group)
        for name, group in groups.items()
    }
    upper = {"Objects": manifest("App/tarot/Objects/Resource/Default", pods)}
    return assembled(
        Written(name="Cluster", resources=lower),
        Written(name="App", resources=upper, depends_on=["Cluster"]),
    )


_OLD, _NEW = {"Labels": {"node-group": "old"}}, {"Labels": {"node-group": "new"}}


def test_pods_that_select_a_group_by_a_name_that_it_loses_find_no_node() -> None:
    """The way that the finding names keeps a group for them at every time."""
    old, new = (_pods(nodeSelector={"node-group": name}) for name in ("old", "new"))
    before, after = _cluster({"A": _OLD}, old), _cluster({"B": _NEW}, new)
    both = _cluster({"A": _OLD, "B": _NEW}, new)

    (found,) = [
        risk
        for risk in compare(before, after, "App").risks
        if risk.topic is Topic.NODES and risk.subject == "Deployment avadot/tarot"
    ]

    assert found.severity is Severity.RISKY
    assert "finds no node once Cluster is deployed" in found.sentence
    assert "until App comes: keep those machines beside the new ones" in found.sentence
    for changes in (compare(before, both, "App"), compare(both, after, "App")):
        assert not any("finds no node" in sentence for _, sentence in risks(changes, Topic.NODES))


@pytest.mark.parametrize(
    ("group", "spec"),
    [
        ({"Labels": {"gpu": "true"}, "Tags": {"a": "b"}}, {"nodeSelector": {"gpu": "true"}}),
        (_NEW, {"nodeSelector": {"topology.kubernetes.io/zone": "ap-northeast-2a"}}),
        (
            {"Taints": [{"Key": "a", "Value": "b", "Effect": "NO_SCHEDULE"}]},
            {"tolerations": [{"key": "a", "operator": "Exists"}]},
        ),
    ],
)
def test_pods_that_choose_by_what_a_group_has_stay(group: Document, spec: Document) -> None:
    before = _cluster({"A": {"Labels": {"node-group": "old", "gpu": "true"}}}, _pods(**spec))
    after = _cluster({"B": group}, _pods(**spec))

    subjects = [risk.subject for risk in compare(before, after, "App").risks]

    assert "Deployment avadot/tarot" not in subjects


def test_pods_that_do_not_tolerate_a_new_taint_find_no_node() -> None:
    taint = {"Taints": [{"Key": "a", "Value": "b", "Effect": "NO_SCHEDULE"}]}
    before, after = _cluster({"A": _OLD}, _pods()), _cluster({"A": _OLD | taint}, _pods())

    sentences = [sentence for _, sentence in risks(compare(before, after, "App"), Topic.NODES)]

    assert any("finds no node once Cluster is deployed" in sentence for sentence in sentences)


def test_an_exported_resource_is_replaced_by_one_of_another_id_beside_it() -> None:
    """In the first deploy the old one is kept with its export, in the second it goes."""

    def stacks(*ids: str, imported: str) -> Assembly:
        exports = {name: {"Value": {"Ref": name}, "Export": {"Name": name}} for name in ids}
        topics = {name: resource("AWS::SNS::Topic", "", {"TopicName": name}) for name in ids}
        reader = resource("T", "", {"It": {"Fn::ImportValue": imported}})
        return assembled(
            Written(name="Data", resources=topics, outputs=exports),
            Written(name="App", resources={"R": reader}, depends_on=["Data"]),
        )

    steps = [
        stacks("Old", imported="Old"),
        stacks("Old", "New", imported="New"),
        stacks("New", imported="New"),
    ]

    assert len(risks(compare(steps[0], steps[2], "App"), Topic.REFUSED)) == 1
    for before, after in pairwise(steps):
        assert risks(compare(before, after, "App"), Topic.REFUSED) == []
