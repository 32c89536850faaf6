"""Which pods may do what in AWS."""

import pytest

from settings.system import Avadot, System
from tests.stacks.grants import Grant, grants, grants_of, pod_roles, principals
from tests.stacks.synths import DEV, GUARDIANS, OTHERWISE, PROD, everything, stack

_SERVER = PROD.audio2face.name
_READ_SECRET = frozenset({"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"})

SYSTEMS = (PROD, DEV, OTHERWISE)
every_system = pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)


def _arns_of_secrets(system: Avadot) -> dict[str, str]:
    """Return the ARN of each secret of a system by what it is for."""
    data = stack(system, "Data")
    made = {
        secret.path.split("/")[1].lower(): f"${{{data.name}.{secret.logical_id}}}"
        for secret in data.of_type("AWS::SecretsManager::Secret")
    }
    database = data.the("AWS::RDS::DBInstance").logical_id
    return made | {"mysql": f"${{{data.name}.{database}.MasterUserSecret.SecretArn}}"}


def _granted(system: Avadot, service: str) -> set[Grant]:
    role = pod_roles(everything(), system.name)[f"{system.namespace}/{service}"]
    return grants_of(everything(), role)


def _bucket_of(system: Avadot) -> str:
    """Return the ARN of the bucket of models, one of ours or one of others'."""
    if system is OTHERWISE:
        return "arn:${AWS::Partition}:s3:::avadot"
    bucket = stack(system, "Data").the("AWS::S3::Bucket", "Models/").logical_id
    return f"${{{system.name}Data.{bucket}.Arn}}"


@every_system
def test_the_server_reads_models_and_shares_engines(system: Avadot) -> None:
    """Audio2Face gets and lists models, and gets, lists and puts engines: under their prefixes."""
    bucket = _bucket_of(system)
    allowed = {
        (grant.actions, grant.resources, grant.condition) for grant in _granted(system, _SERVER)
    }
    assert allowed == {
        (
            frozenset({"s3:GetObject", "s3:GetObjectVersion"}),
            frozenset({f"{bucket}/a2f-models/*"}),
            "",
        ),
        (
            frozenset({"s3:ListBucket"}),
            frozenset({bucket}),
            "{'StringLike': {'s3:prefix': ['a2f-models/*', 'a2f-engines/*']}}",
        ),
        (
            frozenset({"s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"}),
            frozenset({f"{bucket}/a2f-engines/*"}),
            "",
        ),
    }


@every_system
def test_nothing_else_in_the_workloads_reaches_s3(system: Avadot) -> None:
    """The server's is the only role of a release with rights in S3."""
    with_s3 = {
        grant.path.partition("/")[0]
        for grant in grants(everything(), system.name)
        if any(action.startswith(("s3:", "*")) for action in grant.actions)
    }
    assert with_s3 == {_SERVER}


@every_system
@pytest.mark.parametrize("service", [service.name for service in PROD.services])
def test_a_service_reads_only_its_own_secrets(system: Avadot, service: str) -> None:
    """All services read the passwords of the stores; the backend alone the keys of providers."""
    secrets = _arns_of_secrets(system)
    keys = {"anthropic", "openai", "elevenlabs"} if service == "backend" else set()
    (grant,) = _granted(system, service)
    assert grant.actions == _READ_SECRET
    assert grant.resources == {secrets[name] for name in {"mysql", "password", *keys}}


@every_system
def test_each_workload_has_a_role_of_its_own(system: Avadot) -> None:
    """No two service accounts share a role, and none is forgotten."""
    roles = pod_roles(everything(), system.name)
    workloads = {*(service.name for service in system.services), _SERVER}
    assert roles.keys() == {f"{system.namespace}/{name}" for name in workloads}
    assert len({role.logical_id for role in roles.values()}) == len(workloads)


@pytest.mark.parametrize("system", [*SYSTEMS, *GUARDIANS], ids=lambda system: system.name)
@pytest.mark.parametrize("part", ["", "Cluster"])
def test_a_role_of_pods_is_for_pods_of_this_cluster(system: System, part: str) -> None:
    """Another cluster in the account cannot hand out the role."""
    assembly, cluster = everything(), stack(system, "Cluster")
    arn = f"${{{cluster.name}.{cluster.the('AWS::EKS::Cluster').logical_id}.Arn}}"
    for role in pod_roles(assembly, f"{system.name}{part}").values():
        assert principals(role) == {"Service": "pods.eks.amazonaws.com"}
        (statement,) = role.properties["AssumeRolePolicyDocument"]["Statement"]
        source = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
        assert assembly.spell(role.stack, source) == arn
