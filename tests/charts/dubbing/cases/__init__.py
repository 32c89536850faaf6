"""For each alert: series by which it fires, and series by which it must not."""

from tests.charts.dubbing.cases import cost, deployment, models, roll_back, silence
from tests.charts.dubbing.cases.given import Case, Given

__all__ = ["CASES", "Case", "Given"]

CASES = (*cost.CASES, *deployment.CASES, *roll_back.CASES, *models.CASES, *silence.CASES)
