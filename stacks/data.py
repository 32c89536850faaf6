"""What outlives the cluster of a system."""

import aws_cdk as cdk
from constructs import Construct

from settings.system import System
from stacks.network import Foundations


class DataStack(cdk.Stack):
    """The data stores of a system; in production they survive `cdk destroy`.

    `removal` is what becomes of each of them then.
    """

    def __init__(self, scope: Construct, *, system: System, foundations: Foundations) -> None:
        super().__init__(
            scope,
            f"{system.name}Data",
            env=foundations.env,
            tags=dict(system.tags),
            description=f"{system.title}: data stores",
            termination_protection=system.retained,
        )
        self.removal = cdk.RemovalPolicy.RETAIN if system.retained else cdk.RemovalPolicy.DESTROY
