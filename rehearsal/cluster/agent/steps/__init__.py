"""Steps of Argo's workflows: the controller is real, its executor in their pods is played."""

from rehearsal.cluster.agent.steps.executor import Steps
from rehearsal.cluster.agent.steps.programs import Programs
from rehearsal.cluster.agent.steps.step import is_step

__all__ = ["Programs", "Steps", "is_step"]
