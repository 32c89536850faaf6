"""What each step and the API may do in S3."""

import pytest

from plan.model.assembly import Resource
from settings.music.system import Music
from tests.stacks.grants import grants_of, pod_roles
from tests.stacks.music.cases import EVERY
from tests.stacks.synths import each, everything, the

_OBJECTS = {"s3:GetObject": "reads", "s3:PutObject": "writes", "s3:DeleteObject": "deletes"}


def _bucket(system: Music, path: str) -> Resource:
    return the(everything().assembly.stack(f"{system.name}Data"), "AWS::S3::Bucket", path)


def _rights(system: Music, name: str) -> dict[str, set[str]]:
    """Return which keys of the bucket of runs a role may do what with."""
    role = pod_roles(system.name)[f"{system.namespace}/{name}"]
    runs = _bucket(system, "Runs/Bucket/").logical_id
    found: dict[str, set[str]] = {}
    for allowed in grants_of(role):
        for action in allowed.actions & _OBJECTS.keys():
            keys = {one.partition("/runs/")[2] for one in allowed.resources if runs in one}
            found.setdefault(_OBJECTS[action], set()).update(keys - {""})
    return {verb: keys for verb, keys in found.items() if keys}


def _lists(system: Music, name: str) -> bool:
    role = pod_roles(system.name)[f"{system.namespace}/{name}"]
    runs = _bucket(system, "Runs/Bucket/").logical_id
    return any(
        "s3:ListBucket" in allowed.actions and any(runs in one for one in allowed.resources)
        for allowed in grants_of(role)
    )


@each(EVERY)
def test_a_step_sees_its_part_of_a_run(system: Music) -> None:
    """What it needs of the step before, and what it makes itself."""
    assert _rights(system, "listen") == {"reads": {"*/input/*"}, "writes": {"*/stage1/*"}}
    assert _rights(system, "compose") == {
        "reads": {"*/input/*", "*/stage1/*"},
        "writes": {"*/output/*"},
    }
    assert _rights(system, "end") == {"reads": {"*"}, "writes": {"*/end.json"}}


@pytest.mark.parametrize("step", ["listen", "compose"])
@each(EVERY)
def test_what_opens_videos_of_strangers_cannot_look_for_others(system: Music, step: str) -> None:
    """Ids cannot be guessed, and what cannot be listed cannot be found."""
    assert not _lists(system, step)


@pytest.mark.parametrize("step", ["listen", "compose"])
@each(EVERY)
def test_a_step_reads_its_own_models(system: Music, step: str) -> None:
    role = pod_roles(system.name)[f"{system.namespace}/{step}"]
    models = _bucket(system, "Models/").logical_id
    keys = {
        one.rpartition("}")[2]
        for allowed in grants_of(role)
        if "s3:GetObject" in allowed.actions
        for one in allowed.resources
        if models in one
    }
    assert keys == {f"/models/{step}/*"}
