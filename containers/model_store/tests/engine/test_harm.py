"""An engine that is not what its sidecar tells of is never served."""

import pytest

from containers.model_store.tests.engine.pod import Pod


@pytest.mark.parametrize("harm", ["shorten", "change", "remove"])
def test_engine_that_was_harmed_is_built_again(pod: Pod, harm: str) -> None:
    """Neither a truncated engine nor one with a wrong byte is served."""
    pod.engine()
    engine = pod.network().resolve()
    content = engine.read_bytes()
    match harm:
        case "shorten":
            engine.write_bytes(content[:-1])
        case "change":
            engine.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        case "remove":
            engine.unlink()

    pod.engine()

    assert len(pod.builds) == 2
    assert pod.network().read_bytes().endswith(b" END")


@pytest.mark.parametrize("text", ["", "{}", "[" * 100_000, "\xe9"])
def test_engine_without_a_good_sidecar_is_built_again(pod: Pod, text: str) -> None:
    """A sidecar that cannot be understood is none."""
    pod.engine()
    [place] = pod.cached
    (place / "engine.json").write_bytes(text.encode("latin-1"))

    pod.engine()

    assert len(pod.builds) == 2


def test_sidecar_of_another_engine_does_not_count(pod: Pod) -> None:
    """What a sidecar tells must hash to the name of its directory."""
    pod.engine()
    [first] = pod.cached
    pod.plays("trtexec", build=10)
    pod.engine()
    [second] = [place for place in pod.cached if place != first]
    for name in ("engine.json", "network.trt"):
        (second / name).write_bytes((first / name).read_bytes())

    pod.engine()

    assert len(pod.builds) == 3
