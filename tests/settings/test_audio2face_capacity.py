"""Each Audio2Face pod has a node of its own, or the settings are refused."""

from dataclasses import replace

import pytest

from settings.capacity import check_audio2face
from settings.checks import SettingError
from tests.settings.examples import CPU_NODES, GPU_NODES, PROD, cluster_of, pod_of


def test_an_audio2face_pod_without_a_node_is_refused() -> None:
    """Three pods do not fit two GPU nodes, as none shares a node."""
    with pytest.raises(SettingError) as refusal:
        replace(PROD, audio2face=replace(PROD.audio2face, replicas=3))
    assert str(refusal.value) == (
        "audio2face replicas is 3: each needs a node of its own with 1 GPU, and there are 2"
    )


def test_nodes_that_may_be_away_hold_no_audio2facepod_of() -> None:
    """Only the minimum of a GPU group counts, since nothing adds nodes for a pod."""
    one_for_sure = replace(GPU_NODES, minimum=1, maximum=2)
    with pytest.raises(SettingError) as refusal:
        check_audio2face(PROD.audio2face, cluster_of(CPU_NODES, one_for_sure))
    assert str(refusal.value) == (
        "audio2face replicas is 2: each needs a node of its own with 1 GPU, and there are 1"
    )


def test_more_gpus_than_the_machine_has_are_refused() -> None:
    """A g4dn.xlarge has one GPU, so a pod that asks for two finds no node."""
    with pytest.raises(SettingError) as refusal:
        replace(PROD, audio2face=replace(PROD.audio2face, gpus=2))
    assert str(refusal.value) == (
        "audio2face replicas is 2: each needs a node of its own with 2 GPU, and there are 0"
    )


@pytest.mark.usefixtures("fixed_add_ons")
@pytest.mark.parametrize(
    ("cpu_milli", "memory_mib", "message"),
    [
        pytest.param(
            3621,
            1024,
            "audio2face cpu_milli is 3621: a node of avadot-node-gpu leaves 3620 after add-ons",
            id="CPU",
        ),
        pytest.param(
            1000,
            14082,
            "audio2face memory_mib is 14082: a node of avadot-node-gpu leaves 14081 after add-ons",
            id="memory",
        ),
    ],
)
def test_an_audio2face_pod_larger_than_its_node_is_refused(
    cpu_milli: int, memory_mib: int, message: str
) -> None:
    """The request must fit 3920m and 14481Mi less the daemons of the node."""
    server = replace(PROD.audio2face, resources=pod_of(cpu_milli, memory_mib))
    with pytest.raises(SettingError) as refusal:
        check_audio2face(server, PROD.cluster)
    assert str(refusal.value) == message


@pytest.mark.usefixtures("fixed_add_ons")
def test_an_audio2face_pod_as_large_as_its_node_is_accepted() -> None:
    """The request may be exactly what the daemons leave of a g4dn.xlarge."""
    check_audio2face(replace(PROD.audio2face, resources=pod_of(3620, 14081)), PROD.cluster)
