"""What the mounted files may say."""

import json
from pathlib import Path
from typing import Any

import pytest

from containers.cost_exporter.tests.examples import MT, PRICES, PRICES_DOCUMENT, STT
from cost_exporter.prices import Prices, read_budgets
from exporter.failure import SettingsError

_TYPE = {"gpus": 1, "usd_per_hour": {"spot": 0.5}}


def _file(directory: Path, document: object) -> Path:
    path = directory / "file.json"
    path.write_text(json.dumps(document))
    return path


def test_prices_are_read_as_they_are_written(tmp_path: Path) -> None:
    """With the day that they are of."""
    assert Prices.read(_file(tmp_path, PRICES_DOCUMENT)) == PRICES


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"types": {"a": _TYPE}}, "as_of is None: it has to be the day of the prices as 2026-11"),
        ({"as_of": "today", "types": {"a": _TYPE}}, "as_of is 'today': it has to be the day"),
        ({"as_of": "2026-11-28"}, "types is None: it has to be an object with a price for each"),
        ({"as_of": "2026-11-28", "types": {}}, "types is {}: it has to be an object with a price"),
    ],
)
def test_a_list_without_day_or_types_is_refused(
    tmp_path: Path, document: object, sentence: str
) -> None:
    with pytest.raises(SettingsError) as raised:
        Prices.read(_file(tmp_path, document))

    assert str(raised.value).startswith(f"PRICES_FILE {sentence}")


@pytest.mark.parametrize(
    "entry",
    [
        7,
        {"usd_per_hour": {"spot": 1}},
        {"gpus": -1, "usd_per_hour": {"spot": 1}},
        {"gpus": 1, "usd_per_hour": {}},
        {"gpus": 1, "usd_per_hour": {"spot": 0}},
        {"gpus": 1, "usd_per_hour": {"spot": "1"}},
        {"gpus": 1, "usd_per_hour": {"spot": float("nan")}},
        {"gpus": 1, "usd_per_hour": {"spot": float("inf")}},
    ],
)
def test_a_price_that_cannot_be_is_refused(tmp_path: Path, entry: object) -> None:
    """Above all one of nothing."""
    path = _file(tmp_path, {"as_of": "2026-11-28", "types": {"g5.xlarge": entry}})

    with pytest.raises(SettingsError, match=r"^PRICES_FILE g5\.xlarge is .*: it has to be its gpu"):
        Prices.read(path)


def test_budgets_are_read_by_namespace_and_service(tmp_path: Path) -> None:
    document = {"usd_per_month": {"models": {"stt": 5000, "mt": 2000.5}}}

    assert read_budgets(_file(tmp_path, document)) == {STT: 5000, MT: 2000.5}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({}, "usd_per_month is None: it has to be an object with services by namespace"),
        ({"usd_per_month": {"a": 5}}, "a is 5: it has to be an object with a budget for each"),
        ({"usd_per_month": {"a": {"b": 0}}}, "a b is 0: it has to be USD above 0"),
        ({"usd_per_month": {"a": {"b": True}}}, "a b is True: it has to be USD above 0"),
    ],
)
def test_a_budget_that_cannot_be_is_refused(
    tmp_path: Path, document: dict[str, Any], sentence: str
) -> None:
    """A ratio of it would be nonsense."""
    with pytest.raises(SettingsError) as raised:
        read_budgets(_file(tmp_path, document))

    assert str(raised.value).startswith(f"BUDGETS_FILE {sentence}")
