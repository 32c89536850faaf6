"""A trained detector: how it comes into an analyser's pods; without one, nothing changes."""

from dataclasses import replace
from typing import Any

from tests.charts.examples import kinds, pick, pod_of
from tests.charts.guardian.examples import drawn
from tests.settings.guardian.examples import DETECTING, DETECTOR

_AUDIO = DETECTING.audio


def _pod() -> dict[str, Any]:
    spec: dict[str, Any] = pod_of(pick(drawn(DETECTING)[_AUDIO.name], "Deployment"))["spec"]
    return spec


def test_a_detector_is_pulled_by_its_hash_before_the_program_starts() -> None:
    """Exactly that object, or the pod does not start."""
    (loader,) = _pod()["initContainers"]
    assert loader["args"] == [
        *("get", DETECTOR.uri, "--sha256", DETECTOR.sha256),
        *("--largest", "200000000", "--file", "/detector/model.onnx"),
    ]
    assert loader["image"].endswith(f"/{DETECTOR.model_store_image.reference}")
    assert loader["env"] == [{"name": "AWS_REGION", "value": DETECTING.region}]


def test_the_program_finds_its_detector_and_cannot_change_it() -> None:
    """The loader writes into the volume, the analyser reads it; it is gone with the pod."""
    (loader,), (program,) = _pod()["initContainers"], _pod()["containers"]
    (volume,) = [one for one in _pod()["volumes"] if one["name"] == "detector"]
    assert volume["emptyDir"] == {"sizeLimit": "256Mi"}
    assert loader["volumeMounts"] == [{"name": "detector", "mountPath": "/detector"}]
    assert program["volumeMounts"][1:] == [
        {"name": "detector", "mountPath": "/detector", "readOnly": True}
    ]
    assert program["env"][-1] == {"name": "DETECTOR", "value": "/detector/model.onnx"}


def test_a_pod_asks_for_no_more_with_a_detector() -> None:
    """What an init container requests counts only beyond what the others request together."""
    (loader,) = _pod()["initContainers"]
    for bound, most in (
        ("requests", (_AUDIO.resources.cpu_milli, _AUDIO.resources.memory_mib)),
        ("limits", (_AUDIO.resources.cpu_limit_milli, _AUDIO.resources.memory_limit_mib)),
    ):
        size = loader["resources"][bound]
        assert int(size["cpu"].removesuffix("m")) <= most[0]
        assert int(size["memory"].removesuffix("Mi")) <= most[1]


def test_a_detector_changes_the_pods_of_its_analyzer_alone() -> None:
    """Those that check an image have it too; the way out to S3 is the one that uploads come by."""
    with_one = drawn(DETECTING)
    without = drawn(replace(DETECTING, audio=replace(_AUDIO, detector=None)))
    changed = {
        name: [kind for kind, one in zip(kinds(objects), objects, strict=True) if one not in before]
        for (name, objects), before in zip(with_one.items(), without.values(), strict=True)
    }
    assert {name: found for name, found in changed.items() if found} == {
        _AUDIO.name: ["Deployment"],
        f"{_AUDIO.name}-check": ["Job"],
    }
