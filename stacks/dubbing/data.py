"""What of Dubbing outlives the cluster: database, job queues, media and models, a token."""

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from settings.dubbing.system import Dubbing
from stacks.data import DataStack
from stacks.network import Foundations
from stacks.parts.bucket import private_bucket
from stacks.parts.cache import Cache
from stacks.parts.database import Database
from stacks.parts.exceptions import accept


class DubbingData(DataStack):
    """PostgreSQL, Valkey, a bucket for media and models, and the token for gated models."""

    def __init__(self, scope: Construct, *, system: Dubbing, foundations: Foundations) -> None:
        super().__init__(scope, system=system, foundations=foundations)
        vpc = foundations.network.vpc
        self.database = Database(
            self, "Database", vpc=vpc, settings=system.postgresql, removal=self.removal
        )
        self.cache = Cache(
            self, "Cache", vpc=vpc, purpose="job queues", valkey=system.valkey, removal=self.removal
        )
        bucket = private_bucket(self, "Files", logs="FileAccessLogs", removal=self.removal)
        # For other stacks, under the names that the exports will have: cdk-nag says those.
        self.bucket_arn = str(self.export_value(bucket.bucket_arn))
        self.bucket_name = str(self.export_value(bucket.bucket_name))
        self.hugging_face = _token(self, self.removal)


def _token(scope: Construct, removal: cdk.RemovalPolicy) -> secretsmanager.Secret:
    """Make the place for Hugging Face's token; a person puts it in."""
    token = secretsmanager.Secret(
        scope,
        "HuggingFace",
        description="Token of Hugging Face; put the value in with put-secret-value",
        removal_policy=removal,
    )
    accept(token, "SMG4", reason="only Hugging Face can issue another token; nothing rotates it")
    return token
