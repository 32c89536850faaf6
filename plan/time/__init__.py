"""How long a deploy takes: the critical path through CloudFormation and until the pods serve."""

from plan.time.estimate import time_of_change, time_of_first_deploy
from plan.time.finding import DeployTime, Seconds, StackTime, Step
from plan.time.text import as_lines

__all__ = [
    "DeployTime",
    "Seconds",
    "StackTime",
    "Step",
    "as_lines",
    "time_of_change",
    "time_of_first_deploy",
]
