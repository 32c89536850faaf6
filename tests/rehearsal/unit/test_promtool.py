"""promtool is that of Prometheus 3, and judges rules as the server would."""

import subprocess
from pathlib import Path

import pytest
import yaml

_GROUP = {
    "name": "gpus",
    "rules": [{"record": "service:gpu:ratio", "expr": "avg by (service) (gpu) / 100"}],
}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [_GROUP]}))
    return file


def _run(promtool: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([promtool, *arguments], capture_output=True, text=True, check=False)


def test_it_is_of_prometheus_3(promtool: Path) -> None:
    """Debian's is of Prometheus 2, and refuses newer syntax."""
    assert _run(promtool, "--version").stdout.startswith("promtool, version 3.14.0")


@pytest.mark.parametrize(("expected", "passes"), [(0.5, True), (50, False)])
def test_a_rule_is_computed_from_series(
    promtool: Path, rules: Path, expected: float, *, passes: bool
) -> None:
    """A rule's test that expects another value than the rule gives fails."""
    test = {
        "rule_files": [str(rules)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "input_series": [
                    {"series": 'gpu{service="stt"}', "values": "40"},
                    {"series": 'gpu{service="stt",pod="b"}', "values": "60"},
                ],
                "promql_expr_test": [
                    {
                        "expr": "service:gpu:ratio",
                        "eval_time": "0m",
                        "exp_samples": [
                            {"labels": 'service:gpu:ratio{service="stt"}', "value": expected}
                        ],
                    }
                ],
            }
        ],
    }
    file = rules.with_name("test.yaml")
    file.write_text(yaml.safe_dump(test))

    assert (_run(promtool, "test", "rules", str(file)).returncode == 0) is passes


def test_an_unclosed_bracket_is_refused(promtool: Path, rules: Path) -> None:
    """And it says where."""
    rules.write_text(rules.read_text().replace(") / 100", ""))

    checked = _run(promtool, "check", "rules", str(rules))

    assert checked.returncode
    assert "unclosed left parenthesis" in checked.stderr
