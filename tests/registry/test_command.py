"""`python -m registry`: what it tells whoever calls it."""

import json
import os
import subprocess
import sys
from pathlib import Path

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
        [sys.executable, "-m", "registry", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_tag_without_a_name_is_refused(tmp_path: Path) -> None:
    """The message shows how it is written."""
    result = _pin(str(tmp_path / "images.json"), "AvadotProd", "1.4.0")
    assert result.returncode == 2
    assert "'1.4.0' is not NAME=TAG, as in tarot=1.4.0" in result.stderr


def test_a_registry_out_of_reach_is_one_sentence(tmp_path: Path) -> None:
    """No traceback, and the file stays."""
    file = tmp_path / "images.json"
    entry = {"repository": "avadot/tarot", "tag": "1.0.0", "digest": f"sha256:{1:064x}"}
    text = json.dumps({"tarot": entry})
    file.write_text(text)
    result = _pin(str(file), "AvadotProd")
    assert result.returncode == 1
    assert result.stderr.startswith("pin: Could not connect to the endpoint URL")
    assert "Traceback" not in result.stderr
    assert file.read_text() == text


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    """The file is named."""
    result = _pin(str(tmp_path / "absent.json"), "AvadotProd")
    assert result.returncode == 1
    assert "absent.json' does not exist: " in result.stderr
    assert "Traceback" not in result.stderr


def test_a_stack_of_no_system_is_one_sentence(tmp_path: Path) -> None:
    """Nothing is asked, nothing is written."""
    result = _pin(str(tmp_path / "images.json"), "Shop")
    assert result.returncode == 1
    assert result.stderr.startswith("pin: stack 'Shop' is of no system")
    assert "Traceback" not in result.stderr
