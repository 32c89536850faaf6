"""What an assembly costs by the month and the hour, line by line, and what a change costs."""

from plan.cost.estimate import CostChange, cost_of, differences
from plan.cost.finding import Cost, GroupAllocation, Line, Share, UsagePrice
from plan.cost.text import as_lines, changes_as_lines
from plan.model.figures import Scale

__all__ = [
    "Cost",
    "CostChange",
    "GroupAllocation",
    "Line",
    "Scale",
    "Share",
    "UsagePrice",
    "as_lines",
    "changes_as_lines",
    "cost_of",
    "differences",
]
