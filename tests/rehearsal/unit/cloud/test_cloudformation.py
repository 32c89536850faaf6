"""Resource types that we add to the emulator's CloudFormation, and the order of creation."""

import json
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest

from rehearsal.cloud import guard
from rehearsal.cloud.emulator import Emulator
from rehearsal.cloud.patches.cloudformation import draw

SUBNET_NEEDS_VPC = {"vpc": set[str](), "subnet": {"vpc"}, "bucket": set[str](), "key": set[str]()}


def test_dependencies_come_first_under_every_seed() -> None:
    """A subnet never comes before its VPC."""
    orders = [draw(str(seed), SUBNET_NEEDS_VPC) for seed in range(50)]

    assert all(order.index("vpc") < order.index("subnet") for order in orders)
    assert all(sorted(order) == sorted(SUBNET_NEEDS_VPC) for order in orders)


def test_a_seed_gives_its_order_back() -> None:
    """What failed under a seed fails again under it."""
    assert draw("17", SUBNET_NEEDS_VPC) == draw("17", dict(reversed(SUBNET_NEEDS_VPC.items())))


def test_every_valid_order_is_drawn_sooner_or_later() -> None:
    """No order is out of reach, as the alphabet puts most."""
    valid = {
        order
        for order in permutations(SUBNET_NEEDS_VPC)
        if order.index("vpc") < order.index("subnet")
    }

    assert {tuple(draw(str(seed), SUBNET_NEEDS_VPC)) for seed in range(300)} == valid


def test_a_circle_is_refused() -> None:
    """Two resources that wait for each other are an error, not an endless wait."""
    with pytest.raises(ValueError, match="cycle"):
        draw("1", {"a": {"b"}, "b": {"a"}})


REGION = "ap-northeast-2"


def _resource(kind: str, **properties: Any) -> Any:
    return {"Type": f"AWS::{kind}", "Properties": properties}


_VPC, _GROUP = {"Ref": "Vpc"}, {"Ref": "Group"}
_ADDRESS = {"Fn::GetAtt": ["Address", "AllocationId"]}
_RULE = {"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306}
_TAG = {"Key": "empty-me", "Value": "true"}
_TO_LOG = {"ResourceType": "VPC", "TrafficType": "REJECT", "LogGroupName": "flows"}
_DATABASE = {"Engine": "mysql", "DBInstanceClass": "db.t4g.medium", "AllocatedStorage": "20"}
_MASTER = {"MasterUsername": "blue", "ManageMasterUserPassword": True}
_BUDGET = {
    "BudgetType": "COST",
    "TimeUnit": "MONTHLY",
    "BudgetLimit": {"Amount": 1000, "Unit": "USD"},
    "CostFilters": {"TagKeyValue": ["user:system$Everything"]},
}
_AT_FOUR_FIFTHS = {
    "Notification": {
        "ComparisonOperator": "GREATER_THAN",
        "NotificationType": "ACTUAL",
        "Threshold": 80,
        "ThresholdType": "PERCENTAGE",
    },
    "Subscribers": [{"SubscriptionType": "SNS", "Address": {"Ref": "Topic"}}],
}
RESOURCES = {
    "Vpc": _resource("EC2::VPC", CidrBlock="10.0.0.0/16"),
    "Subnet": _resource("EC2::Subnet", VpcId=_VPC, CidrBlock="10.0.0.0/24"),
    "Address": _resource("EC2::EIP", Domain="vpc"),
    "Gateway": _resource("EC2::NatGateway", SubnetId={"Ref": "Subnet"}, AllocationId=_ADDRESS),
    "Group": _resource("EC2::SecurityGroup", GroupDescription="database", VpcId=_VPC),
    "FromNodes": _resource(
        "EC2::SecurityGroupIngress", GroupId=_GROUP, SourceSecurityGroupId=_GROUP, **_RULE
    ),
    "FlowLog": _resource("EC2::FlowLog", ResourceId=_VPC, **_TO_LOG),
    "Bucket": _resource("S3::Bucket", BucketName="tagged", Tags=[_TAG]),
    "Database": _resource("RDS::DBInstance", **_DATABASE, **_MASTER),
    "Topic": _resource("SNS::Topic"),
    "Budget": _resource(
        "Budgets::Budget", Budget=_BUDGET, NotificationsWithSubscribers=[_AT_FOUR_FIFTHS]
    ),
    "Monitor": _resource("CE::AnomalyMonitor", MonitorName="everything", MonitorType="CUSTOM"),
    "Anomalies": _resource(
        "CE::AnomalySubscription",
        SubscriptionName="everything",
        Frequency="IMMEDIATE",
        MonitorArnList=[{"Fn::GetAtt": ["Monitor", "MonitorArn"]}],
    ),
    "Key": _resource("SecretsManager::Secret", GenerateSecretString={"PasswordLength": 30}),
}
SECRET = {"Fn::GetAtt": ["Database", "MasterUserSecret.SecretArn"]}


@dataclass(frozen=True, kw_only=True)
class Deployed:
    cloud: Emulator
    name: str = "everything"

    def client(self, service: str) -> Any:
        return self.cloud.client(service, REGION)

    def create(self, resources: Any) -> None:
        outputs = {"Secret": {"Value": SECRET}, "Key": {"Value": {"Ref": "Key"}}}
        template = {"Resources": resources, "Outputs": outputs}
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(StackName=self.name, TemplateBody=json.dumps(template))
        waiter = cloudformation.get_waiter("stack_create_complete")
        waiter.wait(StackName=self.name, WaiterConfig={"Delay": 1})

    def delete(self) -> None:
        cloudformation = self.client("cloudformation")
        cloudformation.delete_stack(StackName=self.name)
        waiter = cloudformation.get_waiter("stack_delete_complete")
        waiter.wait(StackName=self.name, WaiterConfig={"Delay": 1})

    def output(self, name: str) -> str:
        (stack,) = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        (found,) = (one for one in stack["Outputs"] if one["OutputKey"] == name)
        return str(found["OutputValue"])

    def standing(self) -> dict[str, int]:
        ec2 = self.client("ec2")
        gateways = ec2.describe_nat_gateways()["NatGateways"]
        groups = ec2.describe_security_groups()["SecurityGroups"]
        return {
            "addresses": len(ec2.describe_addresses()["Addresses"]),
            "gateways": sum(gateway["State"] == "available" for gateway in gateways),
            "flow logs": len(ec2.describe_flow_logs()["FlowLogs"]),
            "rules for 3306": sum(
                rule.get("FromPort") == 3306 for group in groups for rule in group["IpPermissions"]
            ),
            "secrets": len(self.client("secretsmanager").list_secrets()["SecretList"]),
            "budgets": len(self.budgets()),
        }

    def budgets(self) -> list[Any]:
        account = self.client("sts").get_caller_identity()["Account"]
        budgets: list[Any] = self.client("budgets").describe_budgets(AccountId=account)["Budgets"]
        return budgets


@pytest.fixture(scope="module")
def deployed(cloud: Emulator) -> Deployed:
    stack = Deployed(cloud=cloud)
    stack.create(RESOURCES)
    return stack


def test_the_emulator_proves_itself(cloud: Emulator) -> None:
    """The guard lets the emulator pass."""
    guard.prove(cloud.endpoint)


def test_a_managed_password_is_a_secret(deployed: Deployed) -> None:
    """The attribute names a secret with the user's name and a password."""
    secrets = deployed.client("secretsmanager")

    secret = secrets.get_secret_value(SecretId=deployed.output("Secret"))

    content = json.loads(secret["SecretString"])
    assert content["username"] == "blue"
    assert len(content["password"]) > 20


def test_a_secret_is_referred_to_by_its_arn(deployed: Deployed) -> None:
    """As rights name it; by its name none would be given."""
    arn = deployed.output("Key")

    assert arn.startswith(f"arn:aws:secretsmanager:{REGION}:")
    assert deployed.client("secretsmanager").describe_secret(SecretId=arn)["ARN"] == arn


def test_a_bucket_has_its_tags(deployed: Deployed) -> None:
    """By one the CDK's function knows that it may empty the bucket."""
    tags = deployed.client("s3").get_bucket_tagging(Bucket="tagged")["TagSet"]

    assert tags == [_TAG]


def test_a_budget_has_its_limit(deployed: Deployed) -> None:
    """Of what carries a tag, in whole dollars of a month."""
    (budget,) = deployed.budgets()

    assert float(budget["BudgetLimit"]["Amount"]) == 1000
    assert budget["CostFilters"] == _BUDGET["CostFilters"]


def test_what_a_stack_makes_goes_with_it(deployed: Deployed) -> None:
    """Every type that we add is really made, and really undone by its delete."""
    assert deployed.standing() == {
        "addresses": 1,
        "gateways": 1,
        "flow logs": 1,
        "rules for 3306": 1,
        "secrets": 2,
        "budgets": 1,
    }

    deployed.delete()

    assert set(deployed.standing().values()) == {0}
