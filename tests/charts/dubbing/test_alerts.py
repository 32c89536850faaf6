"""Each alert fires when it should, after as long as it should, and says what it should."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from lightkube.models.meta_v1 import ObjectMeta

from charts.dubbing.alerts import alert_groups
from charts.dubbing.alerts.alert import Alert, AlertGroup
from charts.dubbing.rules import RECORDING_GROUPS
from charts.monitoring import PrometheusRule
from tests.charts.dubbing.cases import CASES, Case, Given
from tests.charts.dubbing.promql import labels_of
from tests.charts.dubbing.recorded import recorded
from tests.settings.dubbing.examples import PROD

_GROUPS = alert_groups(PROD.watching)
_ALERTS = {alert.name: (alert, group.name) for group in _GROUPS for alert in group.alerts}
_ROOT = Path(__file__).parents[3]
_LATE = 20
"""Minutes after which it has fired for certain: rates have begun, rules were evaluated."""

every_alert = pytest.mark.parametrize(
    ("alert", "group"), _ALERTS.values(), ids=[alert.name for alert, _ in _ALERTS.values()]
)


def _name(number: int, case: Case, what: str) -> str:
    return f"{number} {case.alert} {what}"


def _test(name: str, given: Given, case: Case, expected: Mapping[int, list[Any]]) -> dict[str, Any]:
    """Write one test as promtool reads it: which alerts are expected at which minute."""
    return {
        "name": name,
        "interval": "1m",
        "input_series": [{"series": series, "values": values} for series, values in given.items()],
        "alert_rule_test": [
            {"eval_time": f"{minute}m", "alertname": case.alert, "exp_alerts": alerts}
            for minute, alerts in expected.items()
        ],
    }


def _fired(case: Case) -> dict[str, Any]:
    alert, group = _ALERTS[case.alert]
    return {
        "exp_labels": {"severity": alert.severity.value, **case.labels},
        "exp_annotations": {
            "summary": case.summary,
            "description": case.description,
            "runbook_url": f"docs/dubbing/runbooks/{group}.md#{case.alert.lower()}",
        },
    }


def _write(folder: Path, name: str) -> None:
    """Write an alert with its tests; with all alerts in each, promtool would take ten seconds."""
    alert, group = _ALERTS[name]
    groups = (*RECORDING_GROUPS, AlertGroup(name=group, alerts=(alert,)).rules)
    rules = PrometheusRule(metadata=ObjectMeta(), groups=groups).to_dict()["spec"]
    (folder / f"{name}.rules").write_text(yaml.safe_dump(rules))
    tests = []
    for number, case in enumerate(CASES):
        if case.alert != name:
            continue
        late = alert.minutes + _LATE
        fires: dict[int, list[Any]] = {alert.minutes - 1: [], late: [_fired(case)]}
        tests += [
            _test(_name(number, case, "fires"), case.fires, case, fires),
            _test(_name(number, case, "is silent"), case.silent, case, {late: []}),
        ]
    document = {"rule_files": [f"{name}.rules"], "evaluation_interval": "1m", "tests": tests}
    (folder / f"{name}.test").write_text(yaml.safe_dump(document))


@pytest.fixture(scope="module")
def verdicts(promtool: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return what promtool found wrong with each test; one run judges all of them."""
    folder = tmp_path_factory.mktemp("alerts")
    for name in _ALERTS:
        _write(folder, name)
    subprocess.run(
        [promtool, "test", "rules", "--junit=verdicts.xml", *(f"{name}.test" for name in _ALERTS)],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    found = ET.parse(folder / "verdicts.xml").getroot().iter("testcase")  # noqa: S314 - our own
    return {case.attrib["name"]: "\n".join(case.itertext()).strip() for case in found}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.alert for case in CASES])
@pytest.mark.parametrize("what", ["fires", "is silent"])
def test_an_alert(number: int, what: str, verdicts: dict[str, str]) -> None:
    """Not before its time, then with its labels and words; and never for less than its limit."""
    assert not verdicts[_name(number, CASES[number], what)]


def test_every_alert_is_tested() -> None:
    """An alert that nobody has seen firing is a hope."""
    assert {case.alert for case in CASES} == _ALERTS.keys()


@every_alert
def test_an_alert_asks_for_series_and_labels_that_exist(alert: Alert, group: str) -> None:
    """And its words name labels that the answer has."""
    assert group
    labels = labels_of(alert.expr, recorded())
    words = f"{alert.summary} {alert.description}"
    assert set(re.findall(r"\$labels\.(\w+)", words)) <= labels


@every_alert
def test_an_alert_has_a_section_in_a_runbook(alert: Alert, group: str) -> None:
    """Where its link leads: a heading of its name."""
    runbook = _ROOT / "docs/dubbing/runbooks" / f"{group}.md"
    assert re.search(rf"^## {alert.name}$", runbook.read_text(), re.MULTILINE)


def test_alerts_have_names_of_their_own() -> None:
    """The name is all that many receivers show."""
    names = [alert.name for group in _GROUPS for alert in group.alerts]
    assert len(names) == len(set(names))
