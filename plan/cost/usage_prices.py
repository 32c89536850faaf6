"""What costs by being used: the price of a unit, and how many resources it comes from."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from plan.cost.finding import UsagePrice, quote
from plan.model.ai_services import models, transcribing
from plan.model.assembly import Assembly
from plan.model.load_balancers import ingress_groups
from plan.model.roles import POLICY
from plan.model.state_machine import is_of_s3

Properties = Mapping[str, Any]

_LOGS = "cloud-watch-logs"


def _always(_: Properties) -> bool:
    return True


def _is_interface(endpoint: Properties) -> bool:
    return endpoint.get("VpcEndpointType") == "Interface"


def _has_backups(database: Properties) -> bool:
    return int(database.get("BackupRetentionPeriod", 1)) > 0


def _has_snapshots(cache: Properties) -> bool:
    return int(cache.get("SnapshotRetentionLimit", 0)) > 0


def _rotates(key: Properties) -> bool:
    return key.get("EnableKeyRotation") in (True, "true")


def _logs(cluster: Properties) -> bool:
    logging = cluster.get("Logging", {}).get("ClusterLogging", {})
    return bool(logging.get("EnabledTypes"))


def _is_traced(machine: Properties) -> bool:
    return machine.get("TracingConfiguration", {}).get("Enabled") in (True, "true")


def _is_http(api: Properties) -> bool:
    return api.get("ProtocolType") == "HTTP"


def _to_log_group(flow_log: Properties) -> bool:
    return bool(flow_log.get("LogDestinationType", _LOGS) == _LOGS)


_USAGE: Mapping[str, tuple[tuple[str, str, Callable[[Properties], bool]], ...]] = {
    "AWS::EC2::VPC": (
        ("data sent to the internet", "transfer.internet", _always),
        ("data sent to another zone, and again received there", "transfer.zones", _always),
    ),
    "AWS::EC2::NatGateway": (("data through NAT gateways", "nat.gb", _always),),
    "AWS::EC2::VPCEndpoint": (("data through interface endpoints", "endpoint.gb", _is_interface),),
    "AWS::EC2::FlowLog": (("flow logs taken in", "logs.gb", _to_log_group),),
    "AWS::EKS::Cluster": (("control plane logs taken in", "logs.gb", _logs),),
    "AWS::Logs::LogGroup": (
        ("logs taken in", "logs.gb", _always),
        ("logs kept", "logs.gb-month", _always),
    ),
    "AWS::S3::Bucket": (
        ("objects kept in S3", "s3.gb-month", _always),
        ("S3 writes and lists", "s3.writes", _always),
        ("S3 reads", "s3.reads", _always),
    ),
    "AWS::ECR::Repository": (("images kept in ECR", "ecr.gb-month", _always),),
    "AWS::RDS::DBInstance": (
        ("database backups beyond the size of the storage", "rds.backup.gb-month", _has_backups),
    ),
    "AWS::ElastiCache::ReplicationGroup": (
        ("cache snapshots", "elasticache.backup.gb-month", _has_snapshots),
    ),
    "AWS::SecretsManager::Secret": (("reads of secrets", "secret.calls", _always),),
    "AWS::KMS::Key": (
        ("uses of keys", "kms.requests", _always),
        ("older versions of rotated keys, two at most", "kms.key-month", _rotates),
    ),
    "AWS::Lambda::Function": (
        ("calls of Lambda functions", "lambda.requests", _always),
        ("run time of Lambda functions", "lambda.gb-second", _always),
    ),
    "AWS::StepFunctions::StateMachine": (
        ("state transitions", "states.transitions", _always),
        ("traces of executions", "xray.traces", _is_traced),
    ),
    "AWS::SQS::Queue": (("requests to queues", "sqs.requests", _always),),
    "AWS::SNS::Topic": (("messages to topics", "sns.requests", _always),),
    "AWS::Events::Rule": (("events from S3", "events.from-s3", is_of_s3),),
    "AWS::ApiGatewayV2::Api": (("requests to HTTP APIs", "http-api.requests", _is_http),),
}

USED_TYPES = frozenset(_USAGE)


def usages(assembly: Assembly) -> Iterator[UsagePrice]:
    """Return what costs by use, in the order of the table, each region for itself."""
    found: Counter[tuple[str, str, str]] = Counter()
    for kind, entries in _USAGE.items():
        for what, name, applies in entries:
            for resource in assembly.of_type(kind):
                if applies(resource.properties):
                    found[what, name, assembly.region_of(resource)] += 1
    for group in ingress_groups(assembly):
        region = assembly.region_of(group.ingresses[0].resource)
        found["traffic of load balancers", "alb.lcu-hour", region] += 1
    policies = assembly.of_type(POLICY)
    for model in models(assembly, policies):
        for what, unit in (("tokens read by", "in"), ("tokens written by", "out")):
            found[f"{what} {model.name}", f"{model.price_name}.{unit}", model.region] += 1
    for region in transcribing(assembly, policies):
        found["minutes transcribed", "transcribe.minute", region] += 1
    for (what, name, region), sources in found.items():
        yield UsagePrice(what=what, sources=sources, price=quote(region, name))
