"""What every failed build has in common."""

import pytest

from containers.model_store.tests.engine.pod import Pod
from model_store.failure import ExitCode, Failure


def fails(pod: Pod, *arguments: str) -> Failure:
    """Run the job, which must fail for want of an engine and leave none; give the failure."""
    with pytest.raises(Failure) as caught:
        pod.engine(*arguments)
    assert caught.value.code is ExitCode.NO_ENGINE
    assert not pod.network().exists()
    assert not pod.network().is_symlink()
    assert {path.name for place in pod.cached for path in place.iterdir()} <= {
        "trtexec.log",
        "timing.cache",
    }
    return caught.value
