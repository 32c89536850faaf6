"""Models that are made once for all tests."""

from pathlib import Path

import pytest

from containers.listener.tests.models import tiny_emotion, tiny_spleeter, tiny_whisper

SCRIPT = ("<|0.00|>", " what", " happy", " day", "<|6.00|>", "<|8.00|>", " crying", "<|14.00|>")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a directory as `MODELS` names one."""
    root = tmp_path_factory.mktemp("models")
    tiny_whisper.write(root / "whisper", SCRIPT)
    tiny_emotion.write(root / "emotion")
    tiny_spleeter.write(root / "spleeter")
    return root
