"""A container that ends when it should run is given another try, and then named."""

from .pods import crashing, ended, pod, waiting, warning
from .reports import find, report


def test_crash_loop_fails_with_exit_code_and_last_words() -> None:
    """Who reads the reason learns how the program ended."""
    status = crashing(1, back_off=True, code=3, message="no database\n")
    finding = find(pod(status))

    assert finding.final
    assert "container server: CrashLoopBackOff: exit code 3, 'no database'" in finding.text


def test_one_crash_is_forgiven_and_a_second_restart_is_not() -> None:
    """A dependency may have been missing the first time."""
    assert not find(pod(crashing(1))).final
    assert find(pod(crashing(2))).final


def test_crash_of_long_ago_says_nothing() -> None:
    """Restarts of last week do not make a pod that is unready for a moment a failure."""
    made = pod(crashing(5, begun=900), changed=3)

    assert not find(made).final


def test_out_of_memory_names_the_limit() -> None:
    """The figure to change stands in the reason."""
    finding = find(pod(crashing(2, code=137, reason="OOMKilled")))

    assert finding.final
    assert "OOMKilled at a limit of 2Gi memory, exit code 137" in finding.text


def test_restart_by_a_probe_is_told_with_the_probe() -> None:
    """An exit code of 137 alone would hide that kubelet killed the program."""
    made = pod(crashing(2, code=137))
    events = [
        warning(made, "Unhealthy", "Startup probe failed: connection refused", first=40, last=4),
        warning(made, "Unhealthy", "Readiness probe failed: 503", first=90, last=80),
    ]

    assert "exit code 137 (2 restarts): Startup probe failed" in find(made, *events).text


def test_init_container_is_named_as_such_and_may_try_more_often() -> None:
    """Models come over the network with an identity that may be late."""
    patient = find(pod(waiting("PodInitializing"), init=(crashing(2, back_off=True),)))
    lost = find(pod(waiting("PodInitializing"), init=(crashing(3, back_off=True),)))

    assert not patient.final
    assert lost.final
    assert "init container server: CrashLoopBackOff: exit code 1" in lost.text


def test_finished_init_container_is_no_finding() -> None:
    """It may have failed twice before it went well."""
    status = {**crashing(3), "state": {"terminated": ended(0)}}

    assert report(pod(waiting("PodInitializing"), init=(status,))).finding() is None
