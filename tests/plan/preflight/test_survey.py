"""Asking everything at once, and saying what came of it."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from plan.model.assembly import read_assembly
from plan.preflight import survey
from plan.preflight.account import Account
from plan.preflight.survey import CheckResult, ask, checks
from plan.preflight.terminal import as_lines, is_ready
from plan.preflight.verdicts import Check, Missing, Ready, Unknown, Verdict
from tests.plan.assemblies import Written, write
from tests.plan.preflight.played_aws import PlayedAws

OK = CheckResult("image avadot/tarot", Ready("sha256:ab…"))
GONE = CheckResult("secret Keys", Missing("nobody has put a value in", "aws secretsmanager put"))
SILENT = CheckResult("vCPU", Unknown("GetServiceQuota was refused: AccessDenied"))


@dataclass(frozen=True)
class Meeting:
    """A check that is answered once so many others are asked too."""

    title: str
    barrier: threading.Barrier

    def ask(self, _account: Account) -> Verdict:
        """Wait for the others."""
        self.barrier.wait(timeout=10)
        return Ready("met")


@dataclass(frozen=True)
class Slow:
    """A check that waits until somebody hears of it."""

    title: str = "slow"
    heard: threading.Event = field(default_factory=threading.Event)

    def ask(self, _account: Account) -> Verdict:
        """Wait."""
        return Ready("heard") if self.heard.wait(timeout=10) else Unknown("nobody heard")


@dataclass(frozen=True)
class Parameter:
    """A check that asks AWS for something."""

    title: str = "parameter"

    def ask(self, account: Account) -> Verdict:
        """Ask."""
        account.client("ssm", "ap-northeast-2").get_parameter(Name="/x")
        return Ready("there")


def test_all_are_asked_side_by_side(aws: PlayedAws) -> None:
    """Each of eight waits for the seven others; the answers come in the order of the questions."""
    barrier = threading.Barrier(8)
    questions = [Meeting(str(number), barrier) for number in range(8)]

    answers = ask(questions, aws.account, _silence)

    assert answers == [CheckResult(str(number), Ready("met")) for number in range(8)]


def test_what_takes_long_is_named(aws: PlayedAws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits hears for what."""
    monkeypatch.setattr(survey, "_SECONDS_OF_SILENCE", 0.05)
    slow = Slow()
    heard: list[str] = []

    def still_waiting(titles: Sequence[str]) -> None:
        heard.extend(titles)
        slow.heard.set()

    assert ask([slow], aws.account, still_waiting) == [CheckResult("slow", Ready("heard"))]
    assert "slow" in heard


def test_a_refusal_of_aws_is_unknown(aws: PlayedAws) -> None:
    """It says which call was refused, and with what words."""
    aws.refuses("ssm", "get_parameter", "AccessDeniedException", "you may\nnot")

    (answer,) = ask([Parameter()], aws.account, _silence)

    assert answer.verdict == Unknown("GetParameter was refused: AccessDeniedException: you may not")


def test_every_kind_of_question_comes_from_the_real_assembly(avadot: Path) -> None:
    """Production has something of each kind to ask, but certificates, as it has no domain yet."""
    whole = read_assembly(avadot)

    questions = checks(avadot, whole, whole.only("AvadotProd"))

    assert len({question.title for question in questions}) == len(questions)
    assert {_kind(question) for question in questions} == {
        *("Bootstrapped", "VcpuQuota", "RegionalQuota", "TypesOffered", "RoomForPods"),
        *("VolumeKey", "DatabaseOffered", "CacheOffered", "NameFree"),
        *("InStandardSupport", "ImageInEcr", "SecretFilled", "ModelsPublished"),
    }


def test_silver_guardian_also_asks_for_its_model_and_for_transcribe(guardian: Path) -> None:
    """It lets browsers in, has no model files and no secret that a person must fill."""
    whole = read_assembly(guardian)

    questions = checks(guardian, whole, whole.only("GuardianProd"))

    assert len({question.title for question in questions}) == len(questions)
    assert {_kind(question) for question in questions} == {
        *("Bootstrapped", "VcpuQuota", "RegionalQuota", "TypesOffered", "RoomForPods"),
        *("VolumeKey", "DatabaseOffered", "CacheOffered", "NameFree"),
        *("InStandardSupport", "ImageInEcr", "ModelAllowed", "TranscribeThere"),
        "OriginsAreReal",
    }
    assert {"vCPU on demand, standard, ap-northeast-2", "vCPU spot, standard, ap-northeast-2"} <= {
        question.title for question in questions
    }


def test_all_ready_is_ready() -> None:
    """The last line is one word for pipelines."""
    assert list(as_lines([OK])) == ["ok       image avadot/tarot  sha256:ab…", "ready"]
    assert is_ready([OK])


def test_what_is_missing_comes_with_its_remedy() -> None:
    """The columns are aligned, and the last line says where to start."""
    assert list(as_lines([OK, SILENT, GONE])) == [
        "ok       image avadot/tarot  sha256:ab…",
        "unknown  vCPU                GetServiceQuota was refused: AccessDenied",
        "missing  secret Keys         nobody has put a value in → aws secretsmanager put",
        "1 of 3 missing, 1 unknown: start with aws secretsmanager put",
    ]
    assert not is_ready([OK, GONE])


def test_unknown_is_not_ready() -> None:
    """What AWS did not say, somebody has to look after."""
    assert list(as_lines([OK, SILENT]))[-1] == "1 of 2 unknown: look after vCPU yourself"
    assert not is_ready([OK, SILENT])


def test_symbols_and_colours_are_for_terminals() -> None:
    """A pipeline's log gets neither."""
    plain, coloured = ("".join(as_lines([OK, GONE], colours=yes)) for yes in (False, True))

    assert "\x1b[32m✔ ok" in coloured
    assert "\x1b[1;31m✘ missing" in coloured
    assert not {"\x1b", "✔", "✘"} & set(plain)


def _silence(_titles: Sequence[str]) -> None:
    """Hear nothing."""


def _kind(question: Check) -> str:
    return type(question).__name__


OFFLINE = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def test_without_credentials_it_says_so(tmp_path: Path) -> None:
    """One sentence, and the code of wrong input."""
    ended = _preflight(write(tmp_path, Written(name="Avadot", resources={})))

    assert ended.returncode == 2
    assert ended.stderr.startswith("preflight: AWS does not tell whose credentials these are, ")
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""


def test_without_an_assembly_it_says_so(tmp_path: Path) -> None:
    """One sentence, and the code of wrong input."""
    ended = _preflight(tmp_path)

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"preflight: {tmp_path} is no cloud assembly")
    assert ended.stderr.count("\n") == 1


def test_without_a_region_it_says_so(tmp_path: Path) -> None:
    """A stack that is deployed anywhere needs to be told where."""
    stack = Written(name="Avadot", resources={}, environment="aws://unknown-account/unknown-region")

    ended = _preflight(write(tmp_path, stack))

    assert ended.returncode == 2
    assert ended.stderr == (
        "preflight: stack Avadot has no region: set AWS_DEFAULT_REGION to where it is deployed\n"
    )


def _preflight(assembly: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "plan.preflight", "--assembly", str(assembly)],
        env=OFFLINE | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


_IDENTITY = b"""\
<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
<GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/told</Arn><UserId>told</UserId><Account>123456789012</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


class _Sts(BaseHTTPRequestHandler):
    """Answers who asks, as STS does."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(_IDENTITY)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


def test_with_a_region_and_a_profile_as_told_it_begins(tmp_path: Path) -> None:
    """The region of AWS_DEFAULT_REGION, and the credentials of AWS_PROFILE."""
    (tmp_path / "credentials").write_text(
        "[told]\naws_access_key_id = nobody\naws_secret_access_key = nothing\n"
    )
    stack = Written(name="Avadot", resources={}, environment="aws://unknown-account/unknown-region")

    with ThreadingHTTPServer(("127.0.0.1", 0), _Sts) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        told = {
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
            "AWS_PROFILE": "told",
            "AWS_DEFAULT_REGION": "ap-northeast-2",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_address[1]}",
        }
        ended = _preflight(write(tmp_path / "out", stack), **told)
        server.shutdown()

    assert ended.stderr == ""
    assert "123456789012" in ended.stdout
