"""The workflows: what they may do, what they run, and what they run it with."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NAMES = [file.stem for file in FILES]
Document = dict[str, Any]

_NOT_FOR_PULL_REQUESTS = ("secrets.", "aws-actions/", "role-to-assume", "AWS_ACCESS_KEY")


@pytest.fixture(params=FILES, ids=NAMES)
def file(request: pytest.FixtureRequest) -> Path:
    """Return each workflow in turn."""
    found: Path = request.param
    return found


def test_both_workflows_are_there() -> None:
    """One judges pull requests, the other deploys."""
    assert NAMES == ["deploy", "pull-request"]


def test_actions_are_pinned(file: Path) -> None:
    """Whoever moves a tag of an action changes nothing here; the comment tells its version."""
    lines = [line for line in file.read_text().splitlines() if re.search(r"\buses:", line)]

    assert lines
    for line in lines:
        assert re.fullmatch(r"\s*- uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_permissions_are_given_by_job(file: Path) -> None:
    """A job has what it lists, and a new one nothing."""
    workflow = _read(file)

    assert workflow["permissions"] == {}
    assert all("permissions" in job for job in workflow["jobs"].values())


def test_who_may_write() -> None:
    """One job comments, one asks AWS for credentials; all others read."""
    writing = {
        (file.stem, name, scope)
        for file in FILES
        for name, job in _read(file)["jobs"].items()
        for scope, level in job["permissions"].items()
        if level != "read"
    }

    assert writing == {
        ("pull-request", "comment", "pull-requests"),
        ("deploy", "deploy", "id-token"),
    }


def test_a_pull_request_gets_no_credentials() -> None:
    """Neither its event nor its jobs bring any, wherever it comes from."""
    file = FILES[NAMES.index("pull-request")]
    text = file.read_text()

    assert _triggers(_read(file)) == {"pull_request"}
    assert not [word for word in _NOT_FOR_PULL_REQUESTS if word in text]


def test_the_job_that_may_write_runs_nothing_of_the_pull_request() -> None:
    """It takes the plan as text and comments; it checks nothing out, and forks do not start it."""
    job = _read(FILES[NAMES.index("pull-request")])["jobs"]["comment"]
    used = [step.get("uses", "").partition("@")[0] for step in job["steps"]]

    assert used == ["actions/download-artifact", "actions/github-script"]
    assert job["if"] == "github.event.pull_request.head.repo.full_name == github.repository"


def test_checkouts_leave_no_token_behind(file: Path) -> None:
    """What the tree runs cannot find the token of the checkout."""
    for step in _steps(_read(file)):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_only_approved_and_ready_accounts_are_deployed_to() -> None:
    """A reviewer first; credentials after all that is built; preflight before the deploy."""
    workflow = _read(FILES[NAMES.index("deploy")])
    job = workflow["jobs"]["deploy"]
    steps = [step.get("run") or step["uses"].partition("@")[0] for step in job["steps"]]
    credentials = steps.index("aws-actions/configure-aws-credentials")

    assert _triggers(workflow) == {"push"}
    assert job["environment"] == "production"
    setup = "make setup REQUIREMENTS=requirements.txt"  # what deploying needs, and no more
    assert steps[credentials - 2 : credentials] == [setup, "make synth"]
    assert steps[credentials + 1].startswith("make preflight")
    assert 'cdk deploy "$SYSTEM" --app cdk.out --require-approval never' in steps[-1]
    assert len(steps) == credentials + 3


def test_every_system_is_deployed_one_after_the_other() -> None:
    """Each waits for its own reviewer, and asks whether the account is ready for it."""
    jobs = _read(FILES[NAMES.index("deploy")])["jobs"]
    job, systems = jobs["deploy"], jobs["systems"]
    commands = [step.get("run", "") for step in job["steps"]]

    assert job["needs"] == "systems"
    assert job["strategy"]["matrix"] == {"system": "${{ fromJSON(needs.systems.outputs.names) }}"}
    assert systems["outputs"] == {"names": "${{ steps.list.outputs.names }}"}
    (listing,) = (step for step in systems["steps"] if step.get("id") == "list")
    assert listing["run"] == (
        'echo "names=$(python3 -m settings.systems Prod)" >> "$GITHUB_OUTPUT"'
    )
    assert job["strategy"]["max-parallel"] == 1
    assert job["strategy"]["fail-fast"] is False
    assert job["env"] == {"SYSTEM": "${{ matrix.system }}"}
    assert 'make preflight SYSTEM="$SYSTEM"' in commands


def test_deploys_do_not_overlap(file: Path) -> None:
    """A newer run ends an older one only where nothing is half-done by that."""
    concurrency = _read(file)["concurrency"]

    assert concurrency["group"]
    assert concurrency["cancel-in-progress"] is (file.stem == "pull-request")


def test_a_risky_change_waits_for_a_reviewer() -> None:
    """Code 3 of the plan passes its own job, and holds up one with an environment."""
    jobs = _read(FILES[NAMES.index("pull-request")])["jobs"]

    assert jobs["risk"]["environment"] == "risky-change"
    assert jobs["risk"]["if"] == "${{ !cancelled() && needs.plan.outputs.risky != 'false' }}"
    assert 'test "$code" -eq 0 || test "$code" -eq 3' in str(jobs["plan"]["steps"])


def test_every_make_target_is_there(file: Path) -> None:
    """A target that was renamed is renamed here too."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = set(re.findall(r"\bmake ([a-z-]+)", str([s.get("run") for s in _steps(_read(file))])))

    assert called
    assert called <= targets


def test_every_variable_given_to_make_is_one_of_its(file: Path) -> None:
    """One that was renamed would be given in vain, and the default taken."""
    given = set(
        re.findall(r"\bmake [a-z-]+ ([A-Z]+)=", str([s.get("run") for s in _steps(_read(file))]))
    )
    known = set(re.findall(r"\$\(([A-Z]+)\)", (ROOT / "Makefile").read_text()))

    assert given <= known


def test_jobs_end(file: Path) -> None:
    """A job that hangs does not use up the hours of the account."""
    assert all(job["timeout-minutes"] <= 120 for job in _read(file)["jobs"].values())


def _read(file: Path) -> Document:
    workflow: Document = yaml.safe_load(file.read_text())
    return workflow


def _triggers(workflow: Document) -> set[str]:
    # YAML 1.1 takes the word `on` for a truth.
    return set({str(key): value for key, value in workflow.items()}["True"])


def _steps(workflow: Document) -> Iterator[Document]:
    for job in workflow["jobs"].values():
        yield from job["steps"]
