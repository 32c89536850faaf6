"""Asking the rehearsed account whether it is ready: images, secrets, models."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.rehearsal.avadot.drill import REGION, STACK, AvadotDrill
from tests.rehearsal.checkout import REPOSITORY, Ended
from tests.rehearsal.conftest import Figure

_MODELS = ("multi-diffusion", "a23")
_DESCRIPTION = {
    "networkInfoPath": "network_info.json",
    "networkPath": "network.trt",
    "modelConfigPaths": ["config.json"],
    "modelDataPaths": ["model_data.npz"],
    "blendshapePaths": [
        {
            "skin": {"config": "config.json", "data": "bs_skin.npz"},
            "tongue": {"config": "config.json", "data": "bs_tongue.npz"},
        }
    ],
}


_BUILD = {
    "trt_build_param": {
        "batch": [f"--{bound}Shapes=window:{{MAX_BATCH_SIZE}}x16000" for bound in ("min", "max")]
    },
    "defaults": {"MAX_BATCH_SIZE": 8},
}
"""How an engine is built from it; without, a pod could neither build one nor share it."""

_ONNX = "\x3a\x02\x12\x00"
"""A network of nothing, as ONNX writes it: a graph without a name."""


def write_models(directory: Path) -> None:
    """Write the models whose version the settings name until real ones are published."""
    for model in _MODELS:
        files = {
            "model.json": json.dumps(_DESCRIPTION),
            "network_info.json": "{}",
            "trt_info.json": json.dumps(_BUILD),
            "config.json": "",
            "network.onnx": _ONNX,
            **{
                name: f"{name} of {model}, played"
                for name in ("model_data.npz", "bs_skin.npz", "bs_tongue.npz")
            },
        }
        (directory / model).mkdir(parents=True)
        for name, text in files.items():
            (directory / model / name).write_text(text)


pytestmark = pytest.mark.rehearsal

_PREFIX = "a2f-models/"
_KEYS = ("Anthropic", "Openai", "Elevenlabs")
_LINE = re.compile(r"(ok|missing|unknown)\s+(.+?)\s{2,}(.+)")


@pytest.fixture(scope="module")
def assembly(deployed: AvadotDrill, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Synthesize the tree as it is deployed, whatever other drills have synthesized."""
    directory = tmp_path_factory.mktemp("preflight") / "cdk.out"
    deployed.checkout.cdk("synth", "--quiet", "--output", str(directory)).must_succeed()
    return directory


def test_a_deployed_account_has_images_and_bootstrap(
    drill: AvadotDrill, assembly: Path, figure: Figure
) -> None:
    """All images of all pods are found; what the emulator does not have is unknown, not ready."""
    ended = _preflight(drill, assembly)

    answers = _answers(ended)
    images = {state for title, (state, _) in answers.items() if title.startswith("image ")}
    assert ended.code == 3, ended.output
    assert images == {"ok"}
    assert answers[f"bootstrapped {REGION}"][0] == "ok"
    assert answers[f"vCPU on demand, G and VT, {REGION}"][0] == "unknown"
    figure(f"preflight: {ended.output.splitlines()[-1].partition(':')[0]}")


def test_a_missing_image_is_named(drill: AvadotDrill, tmp_path: Path) -> None:
    """A digest that nobody has pushed is missing before anything is deployed."""
    directory = tmp_path / "cdk.out"
    with drill.checkout.edited(drill.missing_image("tarot")):
        drill.checkout.cdk("synth", "--quiet", "--output", str(directory)).must_succeed()

    answers = _answers(_preflight(drill, directory))

    missing = [t for t, (state, _) in answers.items() if state == "missing" and "image" in t]
    assert missing == ["image avadot/tarot"]


def test_secrets_are_missing_until_somebody_fills_them(drill: AvadotDrill, assembly: Path) -> None:
    """The remedy that preflight prints for each secret makes it ready."""
    titles = [f"secret AvadotProdData/ProviderKeys/{key}" for key in _KEYS]
    before = _answers(_preflight(drill, assembly))
    assert {before[title][0] for title in titles} == {"missing"}
    secrets = [_option(before[title][1], "--secret-id") for title in titles]

    with _filled(drill, secrets):
        after = _answers(_preflight(drill, assembly))

    again = _answers(_preflight(drill, assembly))
    assert {after[title][0] for title in titles} == {"ok"}
    assert {again[title][0] for title in titles} == {"missing"}


def test_models_are_missing_until_they_are_published(
    drill: AvadotDrill, assembly: Path, tmp_path: Path
) -> None:
    """What `publish` uploads is what preflight finds, by the version that the pods ask for."""
    (bucket,) = drill.model_store("--bucket")
    (wanted,) = drill.model_store("--version")
    title, place = f"models {wanted[:12]}…", f"s3://{bucket}/{_PREFIX}"
    before = _answers(_preflight(drill, assembly))
    assert before[title][0] == "missing"
    assert before[title][1].endswith(f" → make publish MODELS=models TO={place}")

    with _published(drill, place, tmp_path / "models") as version:
        after = _answers(_preflight(drill, assembly))

    assert version == wanted
    assert after[title][0] == "ok"
    assert after[title][1].endswith(f"in {place}")


def _preflight(drill: AvadotDrill, assembly: Path) -> Ended:
    arguments = ("-m", "plan.preflight", "--stack", STACK, "--assembly", str(assembly))
    return _run(drill, *arguments)


def _answers(ended: Ended) -> Mapping[str, tuple[str, str]]:
    lines = (_LINE.fullmatch(line) for line in ended.output.splitlines())
    return {line[2]: (line[1], line[3]) for line in lines if line}


def _option(command: str, name: str) -> str:
    words = command.split()
    return words[words.index(name) + 1]


def _run(drill: AvadotDrill, *arguments: str) -> Ended:
    environment = {
        **drill.checkout.cloud.environment,
        "AWS_REGION": REGION,
        "PYTHONPATH": os.pathsep.join(
            [str(REPOSITORY), str(REPOSITORY / "containers" / "model_store" / "src")]
        ),
    }
    process = subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    return Ended(code=process.returncode, output=process.stdout)


@contextmanager
def _filled(drill: AvadotDrill, secrets: list[str]) -> Iterator[None]:
    """Put values into secrets meanwhile; afterwards only their first ones are left."""
    client = drill.checkout.cloud.client("secretsmanager", REGION)
    try:
        for secret in secrets:
            client.put_secret_value(SecretId=secret, SecretString="a key")
        yield
    finally:
        for secret in secrets:
            _take_back(client, secret)


def _take_back(client: Any, secret: str) -> None:
    stages = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
    by_stage = {stage: version for version, names in stages.items() for stage in names}
    if "AWSPREVIOUS" in by_stage:
        client.update_secret_version_stage(
            SecretId=secret,
            VersionStage="AWSCURRENT",
            MoveToVersionId=by_stage["AWSPREVIOUS"],
            RemoveFromVersionId=by_stage["AWSCURRENT"],
        )
        client.update_secret_version_stage(
            SecretId=secret,
            VersionStage="AWSPREVIOUS",
            RemoveFromVersionId=by_stage["AWSCURRENT"],
        )


@contextmanager
def _published(drill: AvadotDrill, place: str, directory: Path) -> Iterator[str]:
    s3, bucket = drill.checkout.cloud.client("s3", REGION), place.split("/")[2]
    before = _objects(s3, bucket)
    write_models(directory)
    try:
        said = _run(drill, "-m", "model_store", "publish", str(directory), place)
        (version,) = set(re.findall(r"\b[0-9a-f]{64}\b", said.must_succeed()))
        yield version
    finally:
        for key, version_id in _objects(s3, bucket) - before:
            s3.delete_object(Bucket=bucket, Key=key, VersionId=version_id)
        assert _objects(s3, bucket) == before


def _objects(s3: Any, bucket: str) -> set[tuple[str, str]]:
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=_PREFIX)
    return {
        (one["Key"], one["VersionId"])
        for page in pages
        for one in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
    }
