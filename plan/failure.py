"""How the plan says that it cannot be made."""


class PlanError(ValueError):
    """The plan cannot be made; the message is one sentence."""
