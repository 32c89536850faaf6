"""The exit handler: how a run ended, whatever Argo says and steps have left."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from containers.music_api.tests.program import Program
from music_api.ending import main
from music_api.failures import failed_nodes
from music_api.storage import Storage

Ending = Callable[..., dict[str, Any]]


@pytest.fixture
def run(program: Program) -> str:
    return program.upload()


@pytest.fixture
def end(program: Program, run: str) -> Ending:
    """Run the handler as its pod does, and return what it has written."""

    def call(status: str, *nodes: dict[str, Any], failures: str | None = None) -> dict[str, Any]:
        told = _quoted(list(nodes)) if failures is None else failures
        _main(program, run, WORKFLOW_STATUS=status, WORKFLOW_FAILURES=told)
        return program.cloud.read(run, "end.json")

    return call


def _main(program: Program, *arguments: str, **environment: str) -> None:
    place = {"BUCKET": program.cloud.bucket, "AWS_REGION": "ap-northeast-2"}
    main(
        arguments,
        place | environment,
        lambda bucket, _: Storage(bucket, program.cloud.s3),
    )


def _node(template: str, name: str, message: str) -> dict[str, Any]:
    return {
        "displayName": name,
        "message": message,
        "templateName": template,
        "phase": "Failed",
        "podName": "pod",
        "finishedAt": "2026-12-01T10:01:00Z",
    }


def _quoted(nodes: list[dict[str, Any]]) -> str:
    """Say it as Argo does: JSON as a string of Go, which for most characters is one of JSON."""
    return json.dumps(json.dumps(nodes or None))


def test_four_results_are_a_success(program: Program, run: str, end: Ending) -> None:
    """With no reason; the person sees it at once."""
    program.cloud.put_results(run, 1, 2, 3, 4)

    written = end("Succeeded")

    assert (written["phase"], written["reason"]) == ("Succeeded", None)
    assert written["results"] == [1, 2, 3, 4]
    assert program.see(run)["state"] == "succeeded"


def test_one_of_four_that_failed_leaves_the_others(program: Program, run: str, end: Ending) -> None:
    """The run is failed with the reason that the step wrote, and its results are there."""
    program.cloud.put_results(run, 1, 3, 4)
    program.cloud.put(run, "output/2/failure.json", {"reason": "there is no r", "final": True})

    written = end("Failed", _node("compose", "compose(1:2)", "Error (exit code 3)"))

    assert (written["phase"], written["reason"]) == ("Failed", "result 2 failed: there is no r")
    assert written["results"] == [1, 3, 4]
    found = program.see(run)
    assert (found["state"], found["results"]) == ("failed", [1, 3, 4])
    assert found["steps"][2]["reason"] == "there is no r"


def test_a_step_that_was_killed_is_explained_by_argo(
    program: Program, run: str, end: Ending
) -> None:
    """It could write nothing; those that failed alike are named together."""
    program.cloud.put_results(run, 1)
    nodes = [
        _node("compose", "compose(1:2)(0)", "OOMKilled (exit code 137)"),
        _node("compose", "compose(1:2)", "No more retries left"),
        _node("compose", "compose(3:n:4)", "OOMKilled (exit code 137)"),
        _node("compose", "compose-3", "pod deleted"),
        _node("music", "music", "child failed"),
    ]

    written = end("Failed", *nodes)

    assert written["reason"] == "results 2, 4 failed: the step needed more memory than it may have"
    assert {failure["result"]: failure["reason"] for failure in written["failures"]} == {
        2: "the step needed more memory than it may have",
        3: "the step lost its machine",
        4: "the step needed more memory than it may have",
    }


def test_without_listening_its_reason_is_that_of_the_run(
    program: Program, run: str, end: Ending
) -> None:
    """The other steps did not fail: they never began."""
    program.cloud.put(run, "stage1/failure.json", {"reason": "nobody speaks", "final": True})

    written = end("Failed", _node("listen", "listen", "Error (exit code 3)"))

    assert (written["reason"], written["results"]) == ("nobody speaks", [])
    states = [step["state"] for step in program.see(run)["steps"]]
    assert states == ["failed", "waiting", "waiting", "waiting", "waiting"]


def test_a_result_that_was_not_delivered_is_a_failure(
    program: Program, run: str, end: Ending
) -> None:
    """Whatever the step said of itself: half of one is none."""
    program.cloud.put_results(run, 1, 2, 3)
    program.cloud.put(run, "output/4/video.mp4")

    written = end("Succeeded")

    assert (written["phase"], written["results"]) == ("Failed", [1, 2, 3])
    assert written["reason"].startswith("result 4 failed: the step ended well, but what")


def test_a_try_that_failed_before_the_next_did_it_is_no_failure(
    program: Program, run: str, end: Ending
) -> None:
    """Argo names it among the failures, and its failure.json is still there."""
    program.cloud.put_results(run, 1, 2, 3)
    program.cloud.put(run, "output/1/failure.json", {"reason": "no GPU", "final": False})
    nodes = [
        _node("compose", "compose(0:1)(0)", "pod deleted"),
        _node("compose", "compose(3:4)", "Pod was active on the node longer than the deadline"),
    ]

    written = end("Failed", *nodes)

    assert written["reason"] == "result 4 failed: the step took longer than it may"
    assert [failure["result"] for failure in written["failures"]] == [4]


def test_a_stopped_run_is_said_to_be_stopped(program: Program, run: str, end: Ending) -> None:
    """By Argo's own word for it."""
    message = "workflow shutdown with strategy:  Stop"
    written = end("Failed", _node("listen", "listen", message))

    assert written["reason"] == "somebody stopped this run"
    assert program.see(run)["state"] == "stopped"


def test_what_stands_there_is_not_changed(program: Program, run: str, end: Ending) -> None:
    """The handler is tried again after it was done, with its machine lost meanwhile."""
    first = end("Error")
    program.cloud.put_results(run, 1, 2, 3, 4)

    assert end("Succeeded") == first
    assert first["phase"] == "Error"
    assert first["reason"] == "the run ended badly, and did not say why"


def test_a_run_that_was_removed_gets_no_end(
    program: Program, run: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is left behind that nobody can see."""
    program.ask("DELETE", f"/runs/{run}")

    _main(program, run, "--status", "Failed")

    assert capsys.readouterr().out == f"{run} was removed: nothing to write\n"
    assert program.cloud.objects() == set()


@pytest.mark.parametrize("cut", [1, 2, 3, 40, 170, 180, 400])
def test_what_was_cut_is_read_as_far_as_it_is_whole(cut: int) -> None:
    """A list of failures may be longer than an argument can be."""
    nodes = [_node("compose", f"compose({n - 1}:{n})", 'a "b" \\ ü') for n in (1, 2, 3)]
    text = _quoted(nodes)

    found = failed_nodes(text[:-cut])

    whole = [len(_quoted(nodes[:count]).removesuffix(']"')) for count in (1, 2, 3)]
    assert found == nodes[: sum(length <= len(text) - cut for length in whole)]


@pytest.mark.parametrize(
    "text",
    ["", "null", '"null"', '"', "\\", "[", '"[', "{{workflow.failures}}", '"{', "[7]", '["a"]',
     '{"a": {', '"\\x"', "\x00"],
)  # fmt: skip
def test_what_is_no_list_of_failures_names_none(text: str) -> None:
    """The end of a run is written all the same."""
    assert failed_nodes(text) == []


def test_what_go_quotes_otherwise_than_json_is_read(end: Ending) -> None:
    """As a bell or a broken character in the message of a container."""
    node = json.dumps([_node("listen", "listen", "OOMKilled")]).replace('"', '\\"')
    told = f'"{node}"'.replace("OOMKilled", "OOMKilled\\a\\xff")

    written = end("Failed", failures=told)

    assert written["reason"] == "the step needed more memory than it may have"


@pytest.mark.parametrize("node", [{}, {"displayName": None}, {"message": 7, "displayName": []}])
def test_a_node_without_its_words_is_none_of_a_step(end: Ending, node: dict[str, Any]) -> None:
    """Another version of Argo may leave some out."""
    assert end("Failed", node)["failures"] == []


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "sentence"),
    [
        ([], {}, 2, "the following arguments are required: run"),
        (["run-1"], {}, 2, "'run-1' is no run: it has to be an id as m… of 26 characters"),
        (["RUN"], {}, 2, "the status is '': it has to be one of Succeeded, Failed, Error"),
        (["RUN", "--status", "Failed"], {"BUCKET": ""}, 2, "BUCKET is '': it has to be"),
        (["RUN", "--status", "Failed"], {"BUCKET": "nowhere"}, 1, "the storage of runs does not"),
    ],
)
def test_what_is_wrong_with_a_call_is_said_in_a_sentence(
    *,
    program: Program,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    environment: dict[str, str],
    code: int,
    sentence: str,
) -> None:
    """With code 2; 1 is worth another try."""
    run = "m" + "a" * 25
    with pytest.raises(SystemExit) as raised:
        _main(program, *[run if word == "RUN" else word for word in arguments], **environment)

    assert raised.value.code == code
    assert capsys.readouterr().err.startswith(f"music_api.ending: {sentence}")
