"""The migration: a custom resource that creates the table and the application's role."""

import hashlib

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import custom_resources
from constructs import Construct

from stacks.guardian.functions import Functions
from stacks.guardian.program import MIGRATION
from stacks.parts.exceptions import (
    LAMBDA_BASICS,
    accept_any_version_of,
    accept_managed_policies,
)

_LIMIT = cdk.Duration.minutes(5)
_MARGIN = cdk.Duration.minutes(10)


class Migration(Construct):
    """Runs the migration as the master user, again whenever its SQL has changed."""

    def __init__(self, scope: Construct, id: str, *, functions: Functions) -> None:
        super().__init__(scope, id)
        secret = functions.database.master_secret
        function = functions.database_function(
            self,
            "Migrate",
            handler="migrate.handler",
            timeout=_LIMIT,
            environment={"MASTER_SECRET": secret.secret_arn},
        )
        secret.grant_read(function)
        provider = custom_resources.Provider(self, "Provider", on_event_handler=function)
        resource = cdk.CustomResource(
            self,
            "Table",
            resource_type="Custom::Migration",
            service_token=provider.service_token,
            service_timeout=_MARGIN,
            properties={"Migration": hashlib.sha256(MIGRATION.read_bytes()).hexdigest()},
        )
        # The ingress rule of the database, and the right to read the secret.
        resource.node.add_dependency(functions, function)
        self._accept_library_policies(provider, function)

    def _accept_library_policies(
        self, provider: custom_resources.Provider, function: lambda_.Function
    ) -> None:
        accept_managed_policies(self, *LAMBDA_BASICS, reason="logs; AWS maintains them")
        accept_any_version_of(
            provider,
            function,
            reason="the library lets its framework call any version of the handler",
        )
