"""Whether a person has filled the secrets that only a person can fill."""

import pytest

from plan.preflight.origins import origins
from plan.preflight.secrets import secrets
from plan.preflight.verdicts import Check, Missing, Ready
from tests.plan.assemblies import Document, Written, assembled, resource
from tests.plan.preflight.played_aws import PlayedAws

ARN = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:Key-AbCdEf"
RANDOM: Document = {"GenerateSecretString": {}}
PUT = (
    "aws secretsmanager put-secret-value --region ap-northeast-2 "
    f"--secret-id {ARN} --secret-string VALUE"
)


@pytest.mark.parametrize(
    ("properties", "stages"),
    [(RANDOM, [["AWSPREVIOUS"], ["AWSCURRENT"]]), ({}, [["AWSCURRENT"]])],
)
def test_a_filled_secret_is_ready(
    aws: PlayedAws, properties: Document, stages: list[list[str]]
) -> None:
    """A value was put in after the random one, or where there was none."""
    _has_values(aws, *stages)
    (check,) = _checks(properties)

    assert check.title == "secret Data/Keys/OpenAi"
    assert check.ask(aws.account) == Ready("it has a value")


@pytest.mark.parametrize(("properties", "stages"), [(RANDOM, [["AWSCURRENT"]]), ({}, [])])
def test_a_secret_that_nobody_filled_is_missing(
    aws: PlayedAws, properties: Document, stages: list[list[str]]
) -> None:
    """The random value that AWS began with is no provider's key."""
    _has_values(aws, *stages)
    (check,) = _checks(properties)

    assert check.ask(aws.account) == Missing("nobody has put a value in", PUT)


def test_a_secret_comes_with_its_stack(aws: PlayedAws) -> None:
    """Before the stack there is nothing to fill."""
    aws.lacks_stack("Data")
    (check,) = _checks(RANDOM)

    assert check.ask(aws.account) == Missing(
        "after Data, which is not deployed", "npx cdk deploy Data"
    )


def test_a_secret_that_was_rolled_back_is_not_there(aws: PlayedAws) -> None:
    """CloudFormation still knows what it was called."""
    aws.has("Key", ARN, status="DELETE_COMPLETE")
    (check,) = _checks(RANDOM)

    assert check.ask(aws.account) == Missing(
        "after Data, which is not deployed", "npx cdk deploy Data"
    )


@pytest.mark.parametrize(
    "properties", [{"GenerateSecretString": {"PasswordLength": 64}}, {"SecretString": "x"}]
)
def test_passwords_that_aws_makes_up_are_left_alone(properties: Document) -> None:
    """A secret with a form or a value needs nobody."""
    assert _checks(properties) == []


def _checks(properties: Document) -> list[Check]:
    made = resource("AWS::SecretsManager::Secret", "Data/Keys/OpenAi/Resource", properties)
    return list(secrets(assembled(Written(name="Data", resources={"Key": made}))))


def _has_values(aws: PlayedAws, *stages: list[str]) -> None:
    values = {f"{number:032}": names for number, names in enumerate(stages)}
    aws.has("Key", ARN)
    aws.answers(
        "secretsmanager", "describe_secret", {"VersionIdsToStages": values}, {"SecretId": ARN}
    )


def _origin_checks(*allowed: str) -> list[Check]:
    rules = {"CorsRules": [{"AllowedMethods": ["PUT"], "AllowedOrigins": list(allowed)}]}
    bucket = resource(
        "AWS::S3::Bucket", "Guard/Uploads/Resource", {"CorsConfiguration": rules} if allowed else {}
    )
    return list(origins(assembled(Written(name="Guard", resources={"Uploads": bucket}))))


@pytest.mark.parametrize(
    "origin", ["https://guard.example.com", "https://example.org:8443", "http://front.test"]
)
def test_an_origin_that_nobody_can_own_is_missing(aws: PlayedAws, origin: str) -> None:
    """The first upload of a browser would be refused."""
    (check,) = _origin_checks("https://guard.kr", origin)

    assert check.title == "origins of Guard/Uploads"
    assert check.ask(aws.account) == Missing(
        f"{origin} is an example", "put where the front end is served from into the settings"
    )


def test_other_origins_are_ready(aws: PlayedAws) -> None:
    """Whether somebody is there is not asked."""
    (check,) = _origin_checks("https://guard.kr", "https://myexample.com")

    assert check.ask(aws.account) == Ready("https://guard.kr, https://myexample.com")


def test_a_bucket_that_browsers_do_not_use_is_not_asked() -> None:
    """As one of logs."""
    assert _origin_checks() == []
