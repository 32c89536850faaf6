"""Where Dubbing runs: its four stacks."""

import aws_cdk as cdk

from settings.dubbing.system import Dubbing
from stacks.cluster import ClusterStack
from stacks.dubbing.data import DubbingData
from stacks.dubbing.workloads import DubbingStack
from stacks.network import Foundations


def add(app: cdk.App, system: Dubbing) -> None:
    """Add the stacks of one environment, lowest first."""
    foundations = Foundations.of(app, system)
    data = DubbingData(app, system=system, foundations=foundations)
    cluster = ClusterStack(
        app,
        system=system,
        foundations=foundations,
        stores={"Valkey": data.cache, "PostgreSql": data.database},
        volume=system.disk,
    )
    DubbingStack(app, system=system, foundations=foundations, data=data, cluster=cluster)
