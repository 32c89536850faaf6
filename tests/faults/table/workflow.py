"""Faults in the workflow, its functions, queues and events."""

from functools import partial

from tests.faults.fault import Fault, plan

_GUARDIAN = partial(Fault, system="GuardianProd")

FAULTS = (
    _GUARDIAN(
        name="an event of another name starts the analysis",
        kind="EventBridge",
        path="stacks/guardian/workflow.py",
        old='detail_type=["Object Created"]',
        new='detail_type=["Object created"]',
        caught=plan("matches other events"),
    ),
)
