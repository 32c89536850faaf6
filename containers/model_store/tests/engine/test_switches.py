"""SKIP_TRT_BUILD and FORCE_TRT_REBUILD do what they did in the seed."""

import math

import pytest

from containers.model_store.tests.engine.conftest import StartPod
from containers.model_store.tests.engine.pod import STORE, Pod
from containers.model_store.tests.s3.faults import ACCESS_DENIED
from containers.model_store.tests.s3.server import Server
from model_store.failure import ExitCode, Failure


def test_skip_uses_what_is_on_the_volume(pod: Pod) -> None:
    """A good engine needs no build, so nothing is skipped."""
    pod.engine()

    pod.engine(SKIP_TRT_BUILD="1")

    assert pod.network().exists()


def test_skip_uses_what_is_in_the_store(start_pod: StartPod) -> None:
    """Fetching is no build."""
    builder, pod = start_pod(), start_pod()
    builder.engine()
    builder.share()

    pod.engine(SKIP_TRT_BUILD="1")

    assert pod.network().read_bytes() == builder.network().read_bytes()
    assert pod.builds == []


def test_skip_without_an_engine_fails(pod: Pod) -> None:
    """One sentence says what is missing and where it was looked for; nothing is built."""
    with pytest.raises(Failure) as caught:
        pod.engine(SKIP_TRT_BUILD="1")

    assert caught.value.code is ExitCode.NO_ENGINE
    for word in ("SKIP_TRT_BUILD", "a23", "Tesla T4", STORE):
        assert word in caught.value.sentence
    assert pod.builds == []


def test_skip_without_a_store_names_its_trouble(pod: Pod, server: Server) -> None:
    """The sentence tells a store that cannot be asked from one that has no engine."""
    server.faults.plan(ACCESS_DENIED, times=math.inf)

    with pytest.raises(Failure, match="not permitted to list") as caught:
        pod.engine(SKIP_TRT_BUILD="1")

    assert caught.value.code is ExitCode.NO_ENGINE
    assert pod.builds == []


def test_force_builds_anew(pod: Pod) -> None:
    """A good engine on the volume is replaced by a new one."""
    pod.engine()
    first = pod.network().read_bytes()

    pod.engine(FORCE_TRT_REBUILD="1")

    assert len(pod.builds) == 2
    assert pod.network().read_bytes() != first


def test_force_does_not_fetch(start_pod: StartPod) -> None:
    """What another pod has built is not wanted either."""
    builder, pod = start_pod(), start_pod()
    builder.engine()
    builder.share()

    pod.engine(FORCE_TRT_REBUILD="1")

    assert len(pod.builds) == 1


def test_forced_build_that_fails_leaves_the_engine_that_was_there(pod: Pod) -> None:
    """The new engine takes the old one's place only when it is good."""
    pod.engine()
    first = pod.network().read_bytes()
    pod.plays("trtexec", build_ends="badly")

    with pytest.raises(Failure):
        pod.engine(FORCE_TRT_REBUILD="1")

    assert pod.network().read_bytes() == first


@pytest.mark.parametrize("value", ["", "0", "false", "False"])
def test_switch_that_is_off_is_as_one_that_is_not_set(pod: Pod, value: str) -> None:
    """What people write for off does not switch anything on."""
    pod.engine(SKIP_TRT_BUILD=value)
    pod.engine(FORCE_TRT_REBUILD=value)

    assert len(pod.builds) == 1


def test_both_switches_contradict_each_other(pod: Pod) -> None:
    """Never and always together are a mistake of whoever set them."""
    with pytest.raises(Failure, match="unset one of them") as caught:
        pod.engine(SKIP_TRT_BUILD="1", FORCE_TRT_REBUILD="1")

    assert caught.value.code is ExitCode.ARGUMENTS
