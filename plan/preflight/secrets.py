"""Whether the secrets hold what only a person can know."""

from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from plan.model.assembly import Assembly, Resource
from plan.preflight.account import Account, deployment_region
from plan.preflight.verdicts import Check, Missing, Ready, Verdict, after


@dataclass(frozen=True, kw_only=True)
class SecretFilled:
    """A secret that AWS makes with no value, or with a random one that stands for none."""

    resource: Resource
    region: str

    @property
    def title(self) -> str:
        path = self.resource.path.removesuffix("/Resource")
        return f"secret {self.resource.stack}/{path}"

    def ask(self, account: Account) -> Verdict:
        """Look which values it has had; the value itself is not read."""
        name = account.physical_id(self.resource, self.region)
        if name is None:
            return after(self.resource.stack)
        remedy = (
            f"aws secretsmanager put-secret-value --region {self.region} "
            f"--secret-id {name} --secret-string VALUE"
        )
        try:
            answer = account.client("secretsmanager", self.region).describe_secret(SecretId=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return Missing("it was deleted", f"npx cdk deploy {self.resource.stack}")
        values = answer.get("VersionIdsToStages", {}).values()
        stages = {stage for value in values for stage in value}
        if self._wanted not in stages:
            return Missing("nobody has put a value in", remedy)
        return Ready("it has a value")

    @property
    def _wanted(self) -> str:
        """The label that shows a value of a person: a random one came first, and is the last."""
        is_random = "GenerateSecretString" in self.resource.properties
        return "AWSPREVIOUS" if is_random else "AWSCURRENT"


def secrets(chosen: Assembly) -> Iterator[Check]:
    """Yield a check for each secret that the template gives neither a value nor a form.

    The CDK asks for a random value where the code says nothing of it. One that the code gives a
    form (a length, letters, a user's name) is a password that AWS makes up, and is left alone.
    """
    for resource in chosen.of_type("AWS::SecretsManager::Secret"):
        properties = resource.properties
        if not properties.get("GenerateSecretString") and "SecretString" not in properties:
            region = deployment_region(chosen.stack(resource.stack))
            yield SecretFilled(resource=resource, region=region)
