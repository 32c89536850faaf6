"""What Avadot's pods may do in AWS."""

import pytest

from settings.avadot.services import CpuService
from settings.avadot.system import Avadot
from tests.stacks.avadot.cases import DEV, OTHERWISE, PROD
from tests.stacks.grants import Allowed, allowed, grants, grants_of, pod_roles
from tests.stacks.synths import each, reference, stack, the

_SERVER = PROD.audio2face.name

every_avadot = each([PROD, DEV, OTHERWISE])


def _arns_of_secrets(system: Avadot) -> dict[str, str]:
    """Return the ARN of each secret of a system by what it is for."""
    data = stack(system, "Data")
    made = {
        secret.path.split("/")[1].lower(): reference(secret, seen_from=system.name)
        for secret in data.of_type("AWS::SecretsManager::Secret")
    }
    database = the(data, "AWS::RDS::DBInstance")
    return made | {
        "mysql": reference(database, "MasterUserSecret.SecretArn", seen_from=system.name)
    }


def _granted(system: Avadot, service: str) -> set[Allowed]:
    return grants_of(pod_roles(system.name)[f"{system.namespace}/{service}"])


def _bucket_of(system: Avadot) -> str:
    """Return the ARN of the bucket of models, one of ours or one of others'."""
    if system is OTHERWISE:
        return "arn:${AWS::Partition}:s3:::avadot"
    models = the(stack(system, "Data"), "AWS::S3::Bucket", "Models/")
    return reference(models, "Arn", seen_from=system.name)


@every_avadot
def test_the_server_reads_models_and_shares_engines(system: Avadot) -> None:
    """Audio2Face gets and lists models, and gets, lists and puts engines: under their prefixes."""
    bucket, store = _bucket_of(system), system.model_store
    models, engines = f"{store.models_prefix}*", f"{store.engines_prefix}*"
    assert _granted(system, _SERVER) == {
        allowed({"s3:GetObject", "s3:GetObjectVersion"}, f"{bucket}/{models}"),
        allowed(
            {"s3:ListBucket"},
            bucket,
            condition=f"{{'StringLike': {{'s3:prefix': ['{models}', '{engines}']}}}}",
        ),
        allowed({"s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"}, f"{bucket}/{engines}"),
    }


@every_avadot
def test_nothing_else_in_the_workloads_reaches_s3(system: Avadot) -> None:
    """The server's is the only role of a release with rights in S3."""
    with_s3 = {
        grant.path.partition("/")[0]
        for grant in grants(system.name)
        if any(action.startswith(("s3:", "*")) for action in grant.actions)
    }
    assert with_s3 == {_SERVER}


@every_avadot
@pytest.mark.parametrize("service", PROD.services, ids=lambda service: service.name)
def test_a_service_reads_only_its_own_secrets(system: Avadot, service: CpuService) -> None:
    """All services read the passwords of the stores; the keys of providers who calls them."""
    secrets = _arns_of_secrets(system)
    read = ("mysql", "password", *service.provider_secrets)
    assert _granted(system, service.name) == {
        allowed(
            {"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"},
            *(secrets[name] for name in read),
        )
    }
