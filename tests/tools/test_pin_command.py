"""`python -m tools.pin`: what it tells whoever calls it."""

import os
import subprocess
import sys

from settings.systems import images_file, system_of, systems

_STACK = systems()[0].name
_FILE = images_file(system_of(_STACK))
_CLOSED = "http://127.0.0.1:9"  # discard: nothing listens there


def _pin(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Call the command with credentials of nobody, for a registry that does not answer."""
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "ap-northeast-2",
        "AWS_ENDPOINT_URL": _CLOSED,
        "AWS_MAX_ATTEMPTS": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "tools.pin", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_tag_without_a_name_is_refused() -> None:
    """The message shows how it is written."""
    result = _pin(_STACK, "1.4.0")
    assert result.returncode == 2
    assert "'1.4.0' is not NAME=TAG, as in backend=1.4.0" in result.stderr


def test_a_registry_out_of_reach_is_one_sentence() -> None:
    """No traceback, and the file stays."""
    before = _FILE.read_bytes()
    result = _pin(_STACK)
    assert result.returncode == 1
    assert result.stderr.startswith("pin: Could not connect to the endpoint URL")
    assert "Traceback" not in result.stderr
    assert _FILE.read_bytes() == before


def test_a_stack_of_no_system_is_one_sentence() -> None:
    """Nothing is asked, nothing is written."""
    result = _pin("Shop")
    assert result.returncode == 1
    assert result.stderr.startswith("pin: stack 'Shop' is of no system")
    assert "Traceback" not in result.stderr
