"""Where Music runs: its four stacks."""

import aws_cdk as cdk

from settings.music.system import Music
from stacks.cluster import ClusterStack
from stacks.music.data import MusicData
from stacks.music.workloads import MusicStack
from stacks.network import Foundations


def add(app: cdk.App, system: Music) -> None:
    """Add the stacks of one environment, lowest first."""
    foundations = Foundations.of(app, system)
    data = MusicData(app, system=system, foundations=foundations)
    # Neither needs anything of the one below it, but goes before it.
    data.add_stack_dependency(foundations.network)
    cluster = ClusterStack(
        app,
        system=system,
        foundations=foundations,
        stores={},
        volume=system.disk,
        copies_secrets=True,
    )
    cluster.add_stack_dependency(data)
    MusicStack(app, system=system, foundations=foundations, data=data, cluster=cluster)
