"""Where Avadot runs: its four stacks."""

import aws_cdk as cdk

from settings.avadot.system import Avadot
from stacks.avadot.data import AvadotData
from stacks.avadot.workloads import AvadotStack
from stacks.cluster import ClusterStack
from stacks.network import Foundations


def add(app: cdk.App, system: Avadot) -> None:
    """Add the stacks of one environment, lowest first."""
    foundations = Foundations.of(app, system)
    data = AvadotData(app, system=system, foundations=foundations)
    cluster = ClusterStack(
        app,
        system=system,
        foundations=foundations,
        stores={"MySql": data.database, "Valkey": data.cache},
        volume=system.audio2face.volume,
    )
    AvadotStack(app, system=system, foundations=foundations, data=data, cluster=cluster)
