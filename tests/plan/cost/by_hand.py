"""The monthly cost of an assembly, added up another way: from raw templates, in one pass.

It shares nothing with the plan but the table of prices, and rounds nothing.
"""

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.plan.assemblies import Document

_PRICES = json.loads(Path("catalog/prices.json").read_text())["prices"]
_MONTH = 730
_Prices = Callable[[str], Fraction]
_BY_THE_PIECE = {
    "AWS::EC2::NatGateway": ("nat.hour", _MONTH),
    "AWS::EC2::EIP": ("ipv4.hour", _MONTH),
    "AWS::EKS::Cluster": ("eks.standard", _MONTH),
    "AWS::KMS::Key": ("kms.key-month", 1),
    "AWS::SecretsManager::Secret": ("secret.month", 1),
    "AWS::CloudWatch::Alarm": ("alarm.month", 1),
}


def month(directory: Path, stacks: list[str], region: str) -> Fraction:
    """Return USD per month for stacks, at usual size and with no machine that pods start."""
    prices = _PRICES[region]

    def usd(name: str) -> Fraction:
        return Fraction(str(prices[name]["usd"]))

    amounts: list[Fraction] = []
    classes: list[Document] = []
    sets: list[Document] = []
    has_ingress = False
    for stack in stacks:
        resources = json.loads((directory / f"{stack}.template.json").read_text())["Resources"]
        for document in resources.values():
            amounts += _resource(usd, document["Type"], document.get("Properties", {}), resources)
        documents = [*_documents(resources)]
        classes += [one for one in documents if one["kind"] == "StorageClass"]
        sets += [one for one in documents if one["kind"] == "StatefulSet"]
        has_ingress |= any(one["kind"] == "Ingress" for one in documents)
    amounts += _balancer(usd) if has_ingress else ()
    for storage_class in classes:
        amounts += _volumes(usd, sets, storage_class)
    return sum(amounts, Fraction(0))


def _resource(
    usd: _Prices, kind: str, properties: Document, resources: Document
) -> Iterator[Fraction]:
    if kind in _BY_THE_PIECE:
        name, units = _BY_THE_PIECE[kind]
        yield usd(name) * units
    elif kind == "AWS::ElastiCache::ReplicationGroup":
        node = f"elasticache.{properties['Engine']}.{properties['CacheNodeType']}"
        yield properties["NumCacheClusters"] * usd(node) * _MONTH
    elif kind == "AWS::RDS::DBInstance":
        zones = "multi-az" if properties["MultiAZ"] else "single-az"
        engine = f"rds.{properties['Engine']}"
        yield usd(f"{engine}.{properties['DBInstanceClass']}.{zones}") * _MONTH
        yield int(properties["AllocatedStorage"]) * usd(f"{engine}.gp3.{zones}.gb-month")
        yield usd("secret.month")
    elif kind == "AWS::EKS::Nodegroup":
        nodes = properties["ScalingConfig"]["DesiredSize"]
        template = resources[properties["LaunchTemplate"]["Id"]["Ref"]]["Properties"]
        (disk,) = template["LaunchTemplateData"]["BlockDeviceMappings"]
        yield nodes * usd(f"ec2.{properties['InstanceTypes'][0]}") * _MONTH
        yield nodes * disk["Ebs"]["VolumeSize"] * usd("ebs.gp3.gb-month")


def _volumes(usd: _Prices, sets: list[Document], storage_class: Document) -> Iterator[Fraction]:
    faster = int(storage_class["parameters"]["throughput"]) - 125
    for one in sets:
        for claim in one["spec"]["volumeClaimTemplates"]:
            size = int(claim["spec"]["resources"]["requests"]["storage"].removesuffix("Gi"))
            yield one["spec"]["replicas"] * size * usd("ebs.gp3.gb-month")
            yield one["spec"]["replicas"] * faster * usd("ebs.gp3.mibps-month")


def _balancer(usd: _Prices) -> Iterator[Fraction]:
    """All Ingress objects are of one group, which has an address in each of two zones."""
    yield usd("alb.hour") * _MONTH
    yield 2 * usd("ipv4.hour") * _MONTH


def _documents(resources: Document) -> Iterator[Any]:
    for document in resources.values():
        if document["Type"] == "Custom::AWSCDK-EKS-KubernetesResource":
            match document["Properties"]["Manifest"]:
                case str(text):
                    yield from json.loads(text)
                case {"Fn::Join": [_, parts]}:
                    texts = (part if isinstance(part, str) else "token" for part in parts)
                    yield from json.loads("".join(texts))
