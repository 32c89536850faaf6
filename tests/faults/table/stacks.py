"""Faults in what is made in AWS."""

from functools import partial

from tests.faults.fault import Fault, plan

_AVADOT = partial(Fault, system="AvadotProd")

FAULTS = (
    _AVADOT(
        name="nodes may not join the cluster",
        kind="IAM",
        path="stacks/parts/node_group.py",
        old='    "AmazonEKSWorkerNodePolicy",\n',
        new="",
        caught=plan("no longer has AmazonEKSWorkerNodePolicy"),
    ),
)
