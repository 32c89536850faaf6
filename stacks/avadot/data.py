"""What of Avadot outlives the cluster: database, cache, model bucket, secrets."""

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from settings.avadot.system import Avadot
from settings.data import ExistingBucket, ModelStore, NewBucket
from stacks.data import DataStack
from stacks.network import Foundations
from stacks.parts.cache import Cache
from stacks.parts.database import Database
from stacks.parts.exceptions import accept
from stacks.parts.models import model_bucket


class AvadotData(DataStack):
    """MySQL, Valkey, models and the keys of providers."""

    def __init__(self, scope: Construct, *, system: Avadot, foundations: Foundations) -> None:
        super().__init__(scope, system=system, foundations=foundations)
        vpc = foundations.network.vpc
        self.database = Database(
            self, "Database", vpc=vpc, settings=system.mysql, removal=self.removal
        )
        self.cache = Cache(
            self,
            "Cache",
            vpc=vpc,
            purpose="conversation services",
            valkey=system.valkey,
            removal=self.removal,
        )
        self.models = model_bucket(self, bucket=system.model_store.bucket, removal=self.removal)
        self.models_arn = self._exported_arn(system.model_store)
        secrets = Construct(self, "ProviderKeys")
        self.provider_keys = {
            provider: _provider_key(secrets, provider, self.removal)
            for provider in system.providers
        }

    def _exported_arn(self, model_store: ModelStore) -> str:
        """Return the bucket's ARN for other stacks, under the name that an export will have."""
        match model_store.bucket:
            case NewBucket():
                return str(self.export_value(self.models.bucket_arn))
            case ExistingBucket():
                return self.models.bucket_arn


def _provider_key(
    scope: Construct, provider: str, removal: cdk.RemovalPolicy
) -> secretsmanager.Secret:
    """Make the place for a provider's API key; a person puts the key in."""
    key = secretsmanager.Secret(
        scope,
        provider.capitalize(),
        description=f"API key of {provider}; put the value in with put-secret-value",
        removal_policy=removal,
    )
    accept(key, "SMG4", reason="only the provider can issue another key; nothing here rotates it")
    return key
