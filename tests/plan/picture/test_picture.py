"""The picture: all of the assembly is in it, and nothing lies over something else."""

from pathlib import Path

import pytest

from plan.model.assembly import Assembly, read_assembly
from plan.picture import alone
from plan.picture.canvas import width_of
from tests.plan.assemblies import Document, Written, assembled, resource, thing
from tests.plan.picture.drawn import Seen, boxes, ends, overlaps, pictured, size, texts, wires
from tests.plan.picture.example import LONG, pods, service, shop
from tests.plan.workflows import workflow

_BOTH = pytest.mark.parametrize("number", [0, 1], ids=["wide", "narrow"])


def _of(found: list[Seen], kind: str) -> list[str]:
    return [box.title for box in found if box.kind == kind]


@_BOTH
def test_everything_of_the_assembly_is_in_the_picture(number: int) -> None:
    """Network, subnets, load balancer, nodes, pods, stores."""
    found = boxes(pictured(shop())[number])

    assert _of(found, "network") == ["Vpc of Shop 10.0.0.0/16 · ap-northeast-2"]
    assert len(_of(found, "subnet")) == 6
    assert [title for title in _of(found, "subnet") if "NAT" in title] == [
        "Subnet 10.0.16.0/24 in ap-northeast-2a, with a NAT gateway"
    ]
    assert _of(found, "entrance") == ["shop-door, Application Load Balancer, from the internet"]
    (group,) = _of(found, "group")
    assert group.startswith(
        "nodes 2 \N{MULTIPLICATION SIGN} t3.large, up to 3: 1 in ap-northeast-2a"
    )
    assert [title.split(",")[0] for title in _of(found, "pods")] == [
        "Deployment till",
        "StatefulSet stock",
    ]
    assert _of(found, "add-ons") == ["Add-ons: watch 2"]
    assert [title.split(",")[0] for title in _of(found, "store")] == [
        "Database",
        "Pictures",
        "1 secret",
    ]


@_BOTH
def test_things_stand_where_they_belong(number: int) -> None:
    """Pods in their nodes, nodes in private subnets, the database where no way leads out."""
    found = boxes(pictured(shop())[number])

    def around(kind: str, title: str) -> list[str]:
        (inner,) = [box for box in found if box.kind == kind and box.title.startswith(title)]
        return [box.title.split(" ")[0] for box in found if box.holds(inner) and box != inner]

    assert around("pods", "Deployment till") == ["Vpc", "Private", "EKS", "nodes"]
    assert around("entrance", "shop-door") == ["Vpc", "Public"]
    assert around("store", "Database") == ["Vpc", "Isolated"]
    assert around("store", "Pictures") == ["In"]


@_BOTH
def test_flows_lead_from_the_entrance_to_the_stores(number: int) -> None:
    """By Ingress and Service, by network policy, by what pods know, by what their role may do."""
    found = wires(pictured(shop())[number])

    assert "the internet → shop-door" in found
    assert "shop-door → till, HTTPS 443" in found
    assert "till → stock" in found
    assert "till → Database" in found
    assert "stock → Database" not in found
    assert "stock → 1 secret" in found


@_BOTH
def test_wires_end_at_what_they_name(number: int) -> None:
    """An arrow to the wrong box is worse than none."""
    picture = pictured(shop())[number]
    found = boxes(picture)

    arrows = [(title.split(" → ")[1], x, y) for title, x, y in ends(picture) if "→" in title]

    assert arrows
    for target, x, y in arrows:
        touched = [
            box.title
            for box in found
            if box.kind in {"pods", "store", "entrance"}
            and box.top <= y <= box.bottom
            and x in {box.left, box.right, (box.left + box.right) / 2}
        ]
        touched += [box.title for box in found if box.kind == "entrance" and box.top == y]
        assert any(target.split(",")[0] in title for title in touched), target


@_BOTH
def test_no_box_lies_over_another(number: int) -> None:
    """Also with names that nobody has thought of."""
    many = [pods("Deployment", f"{LONG}-{index}") for index in range(3)]
    picture = pictured(shop(*many))[number]
    found = boxes(picture)

    width, height = size(picture)
    assert len(_of(found, "pods")) == 5
    assert overlaps(found) == []
    assert all(box.left >= 0 and box.right <= width and box.bottom <= height for box in found)


@_BOTH
def test_no_text_leaves_its_box(number: int) -> None:
    """Long names go on in the next line."""
    picture = pictured(shop(pods("Deployment", LONG)))[number]
    found = boxes(picture)

    shown = texts(picture)
    assert LONG in "".join(text for _, _, text in shown)
    for x, y, text in shown:
        around = [box for box in found if box.left <= x <= box.right and box.top <= y <= box.bottom]
        inner = min(around, key=lambda box: box.bottom - box.top)
        assert x + width_of(text, "detail") <= inner.right + 1, text


def test_a_service_that_orders_a_load_balancer_is_an_entrance() -> None:
    """It opens a door as well as an Ingress does."""
    wide, _ = pictured(shop(service("stock", 9000, type="LoadBalancer")))

    assert "stock, Network Load Balancer, from inside the network" in _of(boxes(wide), "entrance")
    assert "stock → stock, TCP 9000" in wires(wide)


def test_pods_without_a_node_stand_apart() -> None:
    """They are not drawn where they cannot run."""
    lost = pods("Deployment", "lost")
    lost["spec"]["template"]["spec"]["nodeSelector"] = {"moon": "yes"}
    found = boxes(pictured(shop(lost))[0])

    (waiting,) = [box for box in found if box.kind == "waiting"]
    (row,) = [box for box in found if box.title.startswith("Deployment lost")]
    assert waiting.holds(row)


def test_names_are_escaped() -> None:
    """A name cannot bring markup into the page."""
    bucket = resource("AWS::S3::Bucket", 'Odd/<b onload="x">&/Resource')
    wide, _ = pictured(assembled(Written(name="Odd", resources={"It": bucket})))

    assert "<b" not in wide
    assert [text for _, _, text in texts(wide) if "onload" in text] == ['<b onload="x">&']


def test_an_assembly_without_a_network_is_drawn_too() -> None:
    """As that of a registry."""
    images = resource("AWS::ECR::Repository", "Images/till/Resource")
    wide, _ = pictured(assembled(Written(name="Images", resources={"It": images})))

    assert _of(boxes(wide), "store") == ["1 image repository, ECR, till"]


def test_a_picture_alone_needs_nothing_else() -> None:
    """It brings its style, for light and dark."""
    picture = alone(pictured(shop())[0])

    assert "prefers-color-scheme:dark" in picture
    assert picture.count("http") == picture.count("http://www.w3.org/2000/svg")


@_BOTH
def test_the_app_is_drawn_whole(avadot: Path, number: int) -> None:
    """Every workload, node group and store that its templates hold."""
    assembly = read_assembly(avadot).only("AvadotProd")
    found = boxes(pictured(assembly)[number])

    assert overlaps(found) == []
    assert len(_of(found, "pods")) == 7
    assert len(_of(found, "group")) == len(assembly.of_type("AWS::EKS::Nodegroup"))
    assert len(_of(found, "subnet")) == len(assembly.of_type("AWS::EC2::Subnet"))
    assert len(_of(found, "store")) == 2 + len(assembly.of_type("AWS::S3::Bucket")) + 1


@pytest.mark.parametrize("number", [0, 1], ids=["wide", "narrow"])
def test_pods_that_sleep_are_drawn_where_they_wake(number: int) -> None:
    """With no pod and no node there is still something to see, five hollow squares."""
    sleeper = pods("Deployment", "sleeper")
    del sleeper["spec"]["replicas"]
    target = {"scaleTargetRef": {"name": "sleeper"}, "maxReplicaCount": 5}
    scaler = thing("ScaledObject", "sleeper-scaler", spec=target)
    picture = pictured(shop(sleeper, scaler))[number]

    (group,) = [box for box in boxes(picture) if box.kind == "group"]
    (row,) = [box for box in boxes(picture) if box.title.startswith("Deployment sleeper")]
    assert group.holds(row)
    assert "0 pods, up to 5" in row.title
    assert picture.count('class="pod hollow"') == 5


def test_pods_that_sleep_and_find_no_node_stand_apart() -> None:
    """They would wait as soon as they woke."""
    sleeper = pods("Deployment", "sleeper")
    sleeper["spec"]["template"]["spec"]["nodeSelector"] = {"moon": "yes"}
    scaler = thing("ScaledObject", "sleeper", spec={"scaleTargetRef": {"name": "sleeper"}})
    found = boxes(pictured(shop(sleeper, scaler))[0])

    (waiting,) = [box for box in found if box.kind == "waiting"]
    (row,) = [box for box in found if box.title.startswith("Deployment sleeper")]
    assert waiting.holds(row)


def test_a_rule_for_all_pods_of_a_namespace_is_no_flow() -> None:
    """Else everything would lead to everything."""
    everybody: list[Document] = [{"from": [{"podSelector": {}}]}]
    spec = {"podSelector": {"matchLabels": {"app": "till"}}, "ingress": everybody}
    found = wires(pictured(shop(thing("NetworkPolicy", "all", spec=spec)))[0])

    assert "stock → till" not in found


def _role(name: str) -> Document:
    return {"Fn::GetAtt": [name, "Arn"]}


def _guard(**more: Document) -> Assembly:
    """Return the workflow with roles, routes and dead letters, alone in a region."""
    found = workflow()
    found["Dead"] = resource("AWS::SQS::Queue", "Guard/Dead/Resource")
    redrive = {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 3}
    found["Audio"]["Properties"]["RedrivePolicy"] = redrive
    found["Judge"] = resource("AWS::IAM::Role")
    found["Policy"]["Properties"]["Roles"] = [{"Ref": "Judge"}]
    found["Context"]["Properties"]["Role"] = _role("Judge")
    found["Save"]["Properties"]["Environment"] = {"Variables": {"TO": {"Ref": "Results"}}}
    found["Results"] = resource("AWS::S3::Bucket", "Guard/Results/Resource")
    found["Machine"]["Properties"]["DefinitionSubstitutions"]["Queue"] = {"Ref": "Audio"}
    pattern = found["Rule"]["Properties"]["EventPattern"]
    pattern["detail"] = {"bucket": {"name": [{"Ref": "Uploads"}]}}
    found["Ask"] = resource("AWS::Lambda::Function", "Guard/Api/Ask/Resource")
    integration = {"ApiId": {"Ref": "Api"}, "IntegrationUri": {"Fn::GetAtt": ["Ask", "Arn"]}}
    found["Integration"] = resource("AWS::ApiGatewayV2::Integration", "", integration)
    found["Ask"]["Properties"]["Environment"] = {"Variables": {"BUCKET": {"Ref": "Uploads"}}}
    found["Route"] = _route("AWS_IAM")
    return assembled(Written(name="Guard", resources=found | more))


def _route(authorization: str) -> Document:
    properties = {
        "ApiId": {"Ref": "Api"},
        "RouteKey": "POST /uploads",
        "AuthorizationType": authorization,
    }
    return resource("AWS::ApiGatewayV2::Route", "", properties)


@_BOTH
def test_each_has_a_row_in_the_order_of_an_upload(number: int) -> None:
    """The functions stand with who calls them, dead letters with their queue."""
    found = boxes(pictured(_guard())[number])

    assert [box.title for box in found if box.kind in {"entrance", "step"}] == [
        "Api, HTTP API, from the internet, callers sign · POST /uploads",
        "Workflow, Step Functions and Lambda, begun by uploads · calls Begin, Context, Save",
        "Audio, SQS, after 3 tries to its dead letters",
        "Video, SQS",
        "Transcribe, speech to text",
        "claude-haiku-4-5, Bedrock, global profile, asked in ap-northeast-2",
    ]
    assert overlaps(found) == []


@_BOTH
def test_flows_follow_names_and_rights(number: int) -> None:
    """By substitutions, by what functions know, by what roles allow, by what events begin."""
    found = wires(pictured(_guard())[number])

    assert {one for one in found if "→" in one} == {
        "Api → Uploads",
        "Uploads → Workflow",
        "Workflow → Audio",
        "Workflow → Results",
        "Workflow → Transcribe",
        "Workflow → claude-haiku-4-5",
    }


def test_an_open_api_is_told_apart() -> None:
    """A reader should not have to look for it."""
    found = boxes(pictured(_guard(Route=_route("NONE")))[0])

    (title,) = [box.title for box in found if box.kind == "entrance"]
    assert "open to everybody" in title


def test_a_waiting_machine_of_a_custom_resource_is_none_of_it() -> None:
    """The CDK makes one for each resource that takes its time."""
    waiter = resource(
        "AWS::StepFunctions::StateMachine", "Guard/Gate/waiter", {"DefinitionString": "{}"}
    )

    found = boxes(pictured(_guard(Waiter=waiter))[0])

    assert not [box.title for box in found if "waiter" in box.title]
