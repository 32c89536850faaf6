"""What of Music outlives the cluster: runs, models, and the client of the login."""

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from settings.data import NewBucket
from settings.music.system import Music
from stacks.data import DataStack
from stacks.music.runs import Runs
from stacks.network import Foundations
from stacks.parts.exceptions import accept
from stacks.parts.models import model_bucket


class MusicData(DataStack):
    """The bucket of runs with its queue, that of models, and the secret of the login."""

    def __init__(self, scope: Construct, *, system: Music, foundations: Foundations) -> None:
        super().__init__(scope, system=system, foundations=foundations)
        self.runs = Runs(
            self, "Runs", uploads=system.uploads, page=system.page, removal=self.removal
        )
        models = model_bucket(self, bucket=NewBucket(), removal=self.removal)
        # For other stacks, under the names that the exports will have: cdk-nag says those.
        self.runs_arn, self.models_arn = (
            str(self.export_value(bucket.bucket_arn)) for bucket in (self.runs.bucket, models)
        )
        self.runs_name, self.models_name = (
            str(self.export_value(bucket.bucket_name)) for bucket in (self.runs.bucket, models)
        )
        self.login = _login(self, self.removal)


def _login(scope: Construct, removal: cdk.RemovalPolicy) -> secretsmanager.Secret:
    """Make the place for what the provider calls its client; a person puts it in."""
    secret = secretsmanager.Secret(
        scope,
        "Login",
        description="Client of the login as JSON with clientID and clientSecret; put the value in "
        "with put-secret-value",
        removal_policy=removal,
    )
    accept(secret, "SMG4", reason="only the provider can issue another one; nothing rotates it")
    return secret
