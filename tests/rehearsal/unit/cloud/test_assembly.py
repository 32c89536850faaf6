"""What is read out of a cloud assembly, and the stand-ins of the images that it names."""

import json
from pathlib import Path
from typing import Any

import pytest

from rehearsal.cloud.images import (
    PinnedImage,
    digest_of,
    images_in,
    push,
    push_all,
    standin_manifest,
)
from rehearsal.command.assembly import StackArtifact, read_stacks, with_foundations
from rehearsal.command.foundations import registries_of
from rehearsal.command.workplace import UpError


def _write(directory: Path, **stacks: tuple[str, list[str]]) -> None:
    artifacts: dict[str, Any] = {
        name: {
            "type": "aws:cloudformation:stack",
            "environment": environment,
            "dependencies": [*relies_on, f"{name}.assets"],
            "properties": {"templateFile": f"{name}.template.json"},
        }
        for name, (environment, relies_on) in stacks.items()
    }
    for name in stacks:
        (directory / f"{name}.template.json").write_text("{}")
    assets = {f"{name}.assets": {"type": "cdk:asset-manifest"} for name in stacks}
    manifest = {"artifacts": artifacts | assets}
    (directory / "manifest.json").write_text(json.dumps(manifest))


def test_a_stack_comes_after_what_it_relies_on(tmp_path: Path) -> None:
    """Foundations are named once each, lowest first; assets are no stacks."""
    place = "aws://unknown-account/ap-northeast-2"
    _write(
        tmp_path,
        Top=(place, ["Cluster", "Data"]),
        Cluster=(place, ["Network"]),
        Data=(place, ["Network"]),
        Network=(place, []),
        Other=(place, []),
    )

    stacks = with_foundations(read_stacks(tmp_path), "Top")

    assert [stack.name for stack in stacks] == ["Network", "Cluster", "Data", "Top"]
    assert {stack.region for stack in stacks} == {"ap-northeast-2"}


def test_a_cluster_says_which_kubernetes_is_needed() -> None:
    """Each version once; a cluster that names none gets what is always there."""
    versions = [{"Version": "1.35"}, {"Version": "1.35"}, {"Version": "1.36"}, {}]
    resources = {
        f"Cluster{number}": {"Type": "AWS::EKS::Cluster", "Properties": properties}
        for number, properties in enumerate(versions)
    }
    stack = StackArtifact(name="S", region="r", relies_on=(), template={"Resources": resources})

    assert stack.kubernetes == {"1.35", "1.36"}


def test_an_unknown_stack_is_answered_with_those_there_are(tmp_path: Path) -> None:
    """A mistyped name ends in one sentence."""
    _write(tmp_path, BlueProd=("aws://unknown-account/ap-northeast-2", []))

    with pytest.raises(UpError, match="no stack 'BlueProt'; there are BlueProd"):
        with_foundations(read_stacks(tmp_path), "BlueProt")


def test_a_stack_of_a_real_account_is_refused(tmp_path: Path) -> None:
    """A stack that is bound to somebody's account would not deploy to the emulator."""
    _write(tmp_path, BlueProd=("aws://123456789012/ap-northeast-2", []))

    with pytest.raises(UpError, match="bound to account 123456789012"):
        read_stacks(tmp_path)


def _registry(name: str, repository: str) -> StackArtifact:
    resource = {"Type": "AWS::ECR::Repository", "Properties": {"RepositoryName": repository}}
    return _stack(name, {"Resources": {"Repository": resource}})


def _stack(name: str, template: dict[str, Any]) -> StackArtifact:
    return StackArtifact(name=name, region="ap-northeast-2", relies_on=(), template=template)


def test_registries_are_those_that_a_deploy_takes_images_from() -> None:
    """A system's images come from its own registry; that of another is left alone."""
    blue, green = _registry("BlueRegistry", "blue/web"), _registry("GreenRegistry", "green/web")
    digest = f"sha256:{'b' * 64}"
    name = {"Fn::Join": ["", [{"Ref": "AWS::URLSuffix"}, f'/blue/web@{digest}"}}]']]}
    prod = _stack("BlueProd", {"Resources": {"Web": {"Type": "X", "Properties": name}}})
    known = {stack.name: stack for stack in (blue, green, prod)}

    assert prod.images == {PinnedImage("blue/web", digest)}
    assert registries_of(known, [prod]) == [blue]
    assert registries_of(known, [green]) == [green]


def test_charts_are_read_from_the_template() -> None:
    """By them the rehearsal knows what it has to build."""
    chart = {"Type": "Custom::AWSCDK-EKS-HelmChart", "Properties": {"Chart": "keda"}}

    assert _stack("Cluster", {"Resources": {"Keda": chart}}).charts == {"keda"}
    assert _stack("Network", {}).charts == set()


REAL_DIGEST = "sha256:" + "1" * 64


class FakeEcr:
    def __init__(self) -> None:
        self.held: dict[tuple[str, str], Any] = {}

    def batch_get_image(self, **asked: Any) -> Any:
        key = asked["repositoryName"], asked["imageIds"][0]["imageDigest"]
        return {"images": [self.held[key]] if key in self.held else []}

    def put_image(self, **given: Any) -> None:
        assert (given["repositoryName"], given["imageDigest"]) not in self.held
        self.held[given["repositoryName"], given["imageDigest"]] = given


def test_a_manifest_is_always_the_same() -> None:
    """An image that was pushed is found again."""
    manifest = standin_manifest("blue/tarot")

    assert manifest == standin_manifest("blue/tarot")
    assert digest_of(manifest) != digest_of(standin_manifest("blue/backend"))


def test_a_manifest_says_how_its_container_behaves() -> None:
    """The played kubelet reads behaviour and start-up time from annotations."""
    manifest = json.loads(standin_manifest("blue/tarot", "crash", startup_seconds=0.5))

    assert manifest["annotations"]["rehearsal/behaviour"] == "crash"
    assert manifest["annotations"]["rehearsal/startup-seconds"] == "0.5"


def test_every_image_is_held_under_the_digest_of_the_template() -> None:
    """Also one whose digest is of a real image, which is then played."""
    ecr = FakeEcr()

    push_all(ecr, images_in(f'"image": "1.amazonaws.com/blue/tarot@{REAL_DIGEST}", "blue/x:1"'))

    assert set(ecr.held) == {("blue/tarot", REAL_DIGEST)}


def test_pushing_again_changes_nothing() -> None:
    """ECR would refuse a second push of the same image."""
    ecr = FakeEcr()
    images = [PinnedImage("blue/tarot", REAL_DIGEST)]

    push_all(ecr, images)
    push_all(ecr, images)

    assert len(ecr.held) == 1


def test_a_drill_keeps_its_behaviour() -> None:
    """An image that a drill pushed first is not overwritten by the stand-in of the template."""
    ecr = FakeEcr()
    digest = push(ecr, "blue/tarot", "never-ready")

    push_all(ecr, [PinnedImage("blue/tarot", digest)])

    (image,) = ecr.held.values()
    assert "never-ready" in image["imageManifest"]
