"""A build that went wrong ends with one sentence, and no engine of it is ever used."""

import pytest

from containers.model_store.tests.engine.failing import fails
from containers.model_store.tests.engine.pod import Pod
from containers.model_store.tests.engine.processes import gone


def test_failed_build_names_the_last_error_and_the_log(pod: Pod) -> None:
    """The sentence says what trtexec complained of, and where all of it can be read."""
    pod.plays("trtexec", build_ends="badly")

    sentence = fails(pod).sentence

    assert "engine of a23" in sentence
    assert "exit code 1" in sentence
    assert "UNSUPPORTED_NODE: no parser for Foo" in sentence
    [place] = pod.cached
    assert str(place / "trtexec.log") in sentence
    assert "UNSUPPORTED_NODE" in (place / "trtexec.log").read_text()
    assert len(pod.builds) == 1


def test_errors_of_trtexec_are_in_the_log_of_the_pod(
    pod: Pod, capsys: pytest.CaptureFixture[str]
) -> None:
    """`kubectl logs | grep -i error` finds what went wrong."""
    pod.plays("trtexec", build_ends="badly")

    fails(pod)

    assert "[TRT] [E] Error[4]: ModelImporter" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ("with nothing", "wrote no engine"),
        ("short", "does not load"),
        ("killed", "it was killed"),
    ],
)
def test_build_that_left_no_good_engine_fails(pod: Pod, ends: str, words: str) -> None:
    """Exit code 0 is not believed: the engine must be there, and load."""
    pod.plays("trtexec", build_ends=ends)

    assert words in fails(pod).sentence


def test_next_start_after_a_failed_build_builds(pod: Pod) -> None:
    """A failure leaves nothing that stands in the way."""
    pod.plays("trtexec", build_ends="short")
    fails(pod)
    pod.plays("trtexec", build_ends="well")

    pod.engine()

    assert pod.network().read_bytes().endswith(b" END")


def test_build_beyond_its_limit_is_ended_with_all_its_processes(pod: Pod) -> None:
    """What trtexec started goes with it."""
    pod.plays("trtexec", build_ends="never")

    sentence = fails(pod, "--limit", "2").sentence

    assert "did not end within 2 s" in sentence
    assert [process for process in pod.hanging if not gone(process)] == []


def test_build_says_how_far_it_is(
    pod: Pod, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every few seconds the pod's log has the time that passed and trtexec's last line."""
    monkeypatch.setattr("model_store.engine.process._SECONDS_BETWEEN_LINES", 0.3)
    pod.plays("trtexec", build_ends="never")

    fails(pod, "--limit", "2")

    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("building")]
    assert len(lines) >= 2
    assert lines[-1].startswith("building a23 for ")
    assert lines[-1].endswith("Timing Runner: {ForeignNode[noise...output]}")
