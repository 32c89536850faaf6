"""Where Silver Guardian runs: its four stacks."""

import aws_cdk as cdk

from settings.guardian.system import Guardian
from stacks.cluster import ClusterStack
from stacks.guardian.data import GuardianData
from stacks.guardian.workloads import GuardianStack
from stacks.network import Foundations


def add(app: cdk.App, system: Guardian) -> None:
    """Add the stacks of one environment, lowest first."""
    foundations = Foundations.of(app, system)
    data = GuardianData(app, system=system, foundations=foundations)
    cluster = ClusterStack(
        app, system=system, foundations=foundations, stores={"Valkey": data.cache}
    )
    GuardianStack(app, system=system, foundations=foundations, data=data, cluster=cluster)
