"""What an assembly costs by the month and the hour, line by line, and what a change costs."""

from plan.cost.estimate import Change, cost_of, differences
from plan.cost.finding import Cost, GroupShares, Line, Share, Usage
from plan.cost.text import as_lines, changes_as_lines
from plan.model.figures import Scale

__all__ = [
    "Change",
    "Cost",
    "GroupShares",
    "Line",
    "Scale",
    "Share",
    "Usage",
    "as_lines",
    "changes_as_lines",
    "cost_of",
    "differences",
]
