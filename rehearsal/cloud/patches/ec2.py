"""EC2: machines that are asked for one by one, as Karpenter does, instead of by a node group.

What types there are, and what each costs, is the catalog's.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ministack.core.responses import get_region
from ministack.services import ec2, ssm, tagging

from catalog import InstanceType, UnknownFactError
from catalog.instances import gpu_of, instance_types
from catalog.prices import price
from rehearsal.cloud.machines import Machines
from rehearsal.cloud.patches import ABSENT, Patch, private

Parameters = Mapping[str, Any]
Answer = tuple[int, Mapping[str, str], bytes]
Handler = Callable[[Parameters], Answer]

_INSTANCES = private(ec2, "_instances")
_SUBNETS = private(ec2, "_subnets")
_TAGS = private(ec2, "_tags")
_VOLUMES = private(ec2, "_volumes")
_TEMPLATES = private(ec2, "_launch_templates")
_xml = private(ec2, "_xml")
_error = private(ec2, "_error")
_template_of = private(ec2, "_resolve_launch_template_data")
_IMAGES = {"standard": "ami-0e5a2023000000001", "nvidia": "ami-0e5a2023000000002"}
_IMAGE = re.compile(
    r"/aws/service/eks/optimized-ami/[\d.]+/amazon-linux-2023/x86_64/(\w+)/[\w.-]+/image_id"
)
_CONFIGS = "LaunchTemplateConfigs"
_OVERRIDE = re.compile(rf"{_CONFIGS}\.(\d+)\.Overrides\.(\d+)\.InstanceType")
_DRY = 412


def given(parameters: Parameters, name: str) -> str:
    """Return a parameter of a request; empty if it is not there."""
    value = parameters.get(name, "")
    return str(value[0] if isinstance(value, list) else value)


def template_id(name: str) -> str:
    """Return the id of a launch template; empty if there is none of that name."""
    found = (key for key, one in _TEMPLATES.items() if one["LaunchTemplateName"] == name)
    return next(found, "")


def _with_dry_runs(handler: Handler) -> Handler:
    """Answer a dry run of what would succeed as EC2 does: by an error of that name."""

    def handling(parameters: Parameters) -> Answer:
        if given(parameters, "DryRun") == "true":
            words = "Request would have succeeded, but DryRun flag is set."
            refused: Answer = _error("DryRunOperation", words, _DRY)
            return refused
        return handler(parameters)

    return handling


def _describe_types(parameters: Parameters) -> Answer:
    asked = {given(parameters, name) for name in parameters if name.startswith("InstanceType.")}
    found = [one for one in instance_types() if not asked or one.name in asked]
    items = "".join(_item(_described(one)) for one in found)
    answer: Answer = _xml(
        200, "DescribeInstanceTypesResponse", f"<instanceTypeSet>{items}</instanceTypeSet>"
    )
    return answer


def _described(one: InstanceType) -> dict[str, Any]:
    """Describe a type as far as anybody here looks at it."""
    # One interface with as many addresses as makes the pods that a node of the type takes.
    network = {
        "maximumNetworkInterfaces": 1,
        "ipv4AddressesPerInterface": one.max_pods - 1,
        "ipv6AddressesPerInterface": one.max_pods - 1,
        "networkPerformance": "Up to 10 Gigabit",
        "maximumNetworkCards": 1,
        "defaultNetworkCardIndex": 0,
        "networkCards": [{"networkCardIndex": 0, "maximumNetworkInterfaces": 1}],
        "ipv6Supported": True,
        "enaSupport": "required",
        "efaSupported": False,
        "encryptionInTransitSupported": False,
    }
    return {
        "instanceType": one.name,
        "currentGeneration": True,
        "bareMetal": False,
        "hypervisor": "nitro",
        "supportedUsageClasses": ["on-demand", "spot"],
        "supportedVirtualizationTypes": ["hvm"],
        "supportedRootDeviceTypes": ["ebs"],
        "processorInfo": {"supportedArchitectures": ["x86_64"], "manufacturer": "Intel"},
        "vCpuInfo": {"defaultVCpus": one.vcpu},
        "memoryInfo": {"sizeInMiB": one.memory_mib},
        "instanceStorageSupported": False,
        "ebsInfo": {"ebsOptimizedSupport": "default", "encryptionSupport": "supported"},
        "networkInfo": network,
        "burstablePerformanceSupported": one.name.startswith("t"),
        **({"gpuInfo": _gpus(one)} if one.gpus else {}),
    }


def _gpus(one: InstanceType) -> dict[str, Any]:
    gpu = gpu_of(one.name)
    described = {
        "name": gpu.name,
        "manufacturer": "NVIDIA",
        "count": one.gpus,
        "memoryInfo": {"sizeInMiB": gpu.memory_mib},
    }
    return {"gpus": [described], "totalGpuMemoryInMiB": one.gpus * gpu.memory_mib}


def _item(value: object) -> str:
    return f"<item>{_written(value)}</item>"


def _written(value: object) -> str:
    match value:
        case dict():
            return "".join(f"<{name}>{_written(inner)}</{name}>" for name, inner in value.items())
        case list():
            return "".join(map(_item, value))
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def _describe_offerings(_parameters: Parameters) -> Answer:
    """Offer every type in every zone that a subnet is in."""
    items = "".join(
        _item({"instanceType": one.name, "locationType": "availability-zone", "location": zone})
        for one in instance_types()
        for zone in _zones()
    )
    answer: Answer = _xml(
        200,
        "DescribeInstanceTypeOfferingsResponse",
        f"<instanceTypeOfferingSet>{items}</instanceTypeOfferingSet>",
    )
    return answer


def _zones() -> list[str]:
    return sorted({subnet["AvailabilityZone"] for subnet in _SUBNETS.values()})


def _describe_spot_prices(_parameters: Parameters) -> Answer:
    items = "".join(
        _item(
            {
                "instanceType": name,
                "productDescription": "Linux/UNIX",
                "spotPrice": usd,
                "timestamp": "2026-11-01T00:00:00.000Z",
                "availabilityZone": zone,
            }
        )
        for name, usd in prices("ec2-spot", get_region())
        for zone in _zones()
    )
    answer: Answer = _xml(
        200,
        "DescribeSpotPriceHistoryResponse",
        f"<spotPriceHistorySet>{items}</spotPriceHistorySet>",
    )
    return answer


def prices(kind: str, region: str) -> Iterator[tuple[str, Decimal]]:
    """Yield the types whose price the catalog has in a region, with the middle of its range."""
    for one in instance_types():
        try:
            yield one.name, price(region, f"{kind}.{one.name}").usual
        except UnknownFactError:
            continue


def _known_templates(describe: Handler) -> Handler:
    """Refuse the name of a template that is not there, instead of describing none."""

    def describing(parameters: Parameters) -> Answer:
        for name in parameters:
            asked = given(parameters, name)
            if name.startswith("LaunchTemplateName.") and not template_id(asked):
                refused: Answer = _error(
                    "InvalidLaunchTemplateName.NotFoundException",
                    f"The specified launch template, with template name {asked}, does not exist.",
                    400,
                )
                return refused
        return describe(parameters)

    return describing


def _by_group_id(describe: Handler) -> Handler:
    """Heed the filter `group-id`, by which Karpenter asks for its security group."""

    def describing(parameters: Parameters) -> Answer:
        asked = dict(parameters)
        for name in parameters:
            number = name.removeprefix("Filter.").removesuffix(".Name")
            if name.endswith(".Name") and given(parameters, name) == "group-id":
                values = f"Filter.{number}.Value."
                asked |= {
                    key.replace(values, "GroupId."): value
                    for key, value in parameters.items()
                    if key.startswith(values)
                }
        return describe(asked)

    return describing


def _with_profile(parse: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def parsing(parameters: Parameters, prefix: str = "LaunchTemplateData") -> dict[str, Any]:
        data = parse(parameters, prefix)
        if name := given(parameters, f"{prefix}.IamInstanceProfile.Name"):
            data["IamInstanceProfile"] = {"Name": name}
        return data

    return parsing


def _fleets(machines: Machines) -> Callable[[Handler], Handler]:
    """Start the cheapest machine of those that a fleet would do with, and let it boot."""

    def patch(create: Handler) -> Handler:
        def creating(parameters: Parameters) -> Answer:
            kind = given(parameters, "TargetCapacitySpecification.DefaultTargetCapacityType")
            chosen = _cheapest(parameters, is_spot=kind == "spot")
            before = set(_INSTANCES)
            answer = create(chosen)
            for instance_id in set(_INSTANCES) - before:
                instance = _INSTANCES[instance_id]
                _complete(instance, is_spot=kind == "spot")
                machines.boot(instance_id, _disk_gib(chosen))
                answer = _overridden(answer, instance)
            return answer

        return _with_dry_runs(creating)

    return patch


def _cheapest(parameters: Parameters, *, is_spot: bool) -> dict[str, Any]:
    """Return the request with one override: that of the cheapest type, the first if two are."""
    known = dict(prices("ec2-spot" if is_spot else "ec2", get_region()))
    places = [match for name in parameters if (match := _OVERRIDE.fullmatch(name))]
    dear = Decimal("Infinity")
    config, number = min(
        places, key=lambda place: known.get(given(parameters, place[0]), dear)
    ).groups()
    kept = {name: value for name, value in parameters.items() if not name.startswith(_CONFIGS)}
    for old, new in (
        (
            f"{_CONFIGS}.{config}.LaunchTemplateSpecification.",
            f"{_CONFIGS}.1.LaunchTemplateSpecification.",
        ),
        (f"{_CONFIGS}.{config}.Overrides.{number}.", f"{_CONFIGS}.1.Overrides.1."),
    ):
        kept |= {
            name.replace(old, new): value
            for name, value in parameters.items()
            if name.startswith(old)
        }
    return kept


def _complete(instance: dict[str, Any], *, is_spot: bool) -> None:
    """Put a machine into the zone of its subnet, and say how it was bought."""
    instance["Placement"]["AvailabilityZone"] = _SUBNETS[instance["SubnetId"]]["AvailabilityZone"]
    instance["_spot"] = is_spot


def _overridden(answer: Answer, instance: Mapping[str, Any]) -> Answer:
    """Say in the answer which of the overrides the machine was started with."""
    status, headers, body = answer
    written = _written(
        {
            "overrides": {
                "instanceType": instance["InstanceType"],
                "subnetId": instance["SubnetId"],
                "availabilityZone": instance["Placement"]["AvailabilityZone"],
                "imageId": instance["ImageId"],
            }
        }
    )
    end = "</launchTemplateSpecification>"
    return status, headers, body.replace(end.encode(), f"{end}{written}".encode(), 1)


def _disk_gib(parameters: Parameters) -> int:
    spec = f"{_CONFIGS}.1.LaunchTemplateSpecification"
    data, _, _ = _template_of(
        {
            "LaunchTemplateId": given(parameters, f"{spec}.LaunchTemplateId"),
            "LaunchTemplateName": given(parameters, f"{spec}.LaunchTemplateName"),
            "Version": given(parameters, f"{spec}.Version"),
        }
    )
    for mapping in (data or {}).get("BlockDeviceMappings", ()):
        return int(mapping["Ebs"]["VolumeSize"])
    return 20


def _written_instance(write: Callable[[Mapping[str, Any]], str]) -> Callable[..., str]:
    def writing(instance: Mapping[str, Any]) -> str:
        if not instance.get("_spot"):
            return write(instance)
        spot = _written(
            {
                "instanceLifecycle": "spot",
                "spotInstanceRequestId": instance["InstanceId"].replace("i-", "sir-", 1),
            }
        )
        inner, end, rest = write(instance).rpartition("</item>")
        return f"{inner}{spot}{end}{rest}"

    return writing


def _endings(machines: Machines) -> Callable[[Handler], Handler]:
    def patch(terminate: Handler) -> Handler:
        def terminating(parameters: Parameters) -> Answer:
            answer = terminate(parameters)
            for name in parameters:
                if name.startswith("InstanceId."):
                    machines.end(given(parameters, name))
                    _delete_disks(given(parameters, name))
            return answer

        return _with_dry_runs(terminating)

    return patch


def _delete_disks(instance_id: str) -> None:
    """Let the disks go that end with their machine."""
    for volume_id, volume in list(_VOLUMES.items()):
        attached = (one for one in volume["Attachments"] if one.get("DeleteOnTermination"))
        if any(one["InstanceId"] == instance_id for one in attached):
            del _VOLUMES[volume_id]


def _public_parameter(find: Callable[[str], Any]) -> Callable[[str], Any]:
    """Know EKS' images, which all accounts can read."""

    def finding(name: str) -> Any:  # noqa: ANN401 - the emulator has no types
        match = _IMAGE.fullmatch(name)
        if not match or match[1] not in _IMAGES:
            return find(name)
        arn = f"arn:aws:ssm:{get_region()}::parameter{name}"
        return {
            "Name": name,
            "Type": "String",
            "Value": _IMAGES[match[1]],
            "Version": 1,
            "LastModifiedDate": 1728518400,
            "ARN": arn,
        }

    return finding


def _with_images(images: Sequence[Any]) -> list[Any]:
    own = [
        (image, f"amazon-eks-node-al2023-x86_64-{variant}-1.36-v20261120", "EKS node", "")
        for variant, image in _IMAGES.items()
    ]
    return [*images, *((*one, "/dev/xvda", "000000000602", "amazon") for one in own)]


def _resource_tags(find: Callable[[str], Any]) -> Callable[[str], Any]:
    """Judge what EC2 has by its tags, too."""

    def finding(arn: str) -> Any:  # noqa: ANN401
        if not arn.startswith("arn:aws:ec2:"):
            return find(arn)
        return {one["Key"]: one["Value"] for one in _TAGS.get(arn.rpartition("/")[2]) or ()}

    return finding


def patches(machines: Machines) -> list[Patch]:
    """Let machines be asked for as Karpenter does."""
    return [
        _call("DescribeInstanceTypes", "8259c1fe0062", lambda _: _with_dry_runs(_describe_types)),
        _call("DescribeInstanceTypeOfferings", ABSENT, lambda _: _describe_offerings),
        _call("DescribeSpotPriceHistory", ABSENT, lambda _: _describe_spot_prices),
        _call("CreateFleet", "d632f364c0e1", _fleets(machines)),
        _call("CreateLaunchTemplate", "4a878e837a52", _with_dry_runs),
        _call("DescribeLaunchTemplates", "aa41dab0587f", _known_templates),
        _call("DescribeSecurityGroups", "c4ed7866dba0", _by_group_id),
        _call("RunInstances", "9f180eb007cb", _with_dry_runs),
        _call("TerminateInstances", "2cd7b7d0c4d1", _endings(machines)),
        Patch(
            module=ec2,
            attribute="_instance_xml",
            fingerprint="23da5ccb4eb6",
            corrects="a spot machine is described as any other",
            upstream="ec2._instance_xml: instanceLifecycle and spotInstanceRequestId",
            replacement=_written_instance,
        ),
        Patch(
            module=ec2,
            attribute="_parse_lt_data",
            fingerprint="0bbb34572824",
            corrects="a launch template forgets the instance profile",
            upstream="ec2._parse_lt_data: IamInstanceProfile",
            replacement=_with_profile,
        ),
        Patch(
            module=ec2,
            attribute="_STUB_AMIS",
            fingerprint="list",
            corrects="the images of EKS are not there",
            upstream="ec2._STUB_AMIS: those of EKS",
            replacement=_with_images,
        ),
        Patch(
            module=ssm,
            attribute="_public_parameter",
            fingerprint="512c8624b0a1",
            corrects="the public parameters of EKS' images are not there",
            upstream="ssm._public_parameter: those of EKS",
            replacement=_public_parameter,
        ),
        Patch(
            module=tagging,
            attribute="resource_tags",
            fingerprint="5d98719f044c",
            corrects="aws:ResourceTag is never there for what EC2 has",
            upstream="tagging: a collector for EC2",
            replacement=_resource_tags,
        ),
    ]


def _call(action: str, fingerprint: str, replacement: Callable[[Handler], Handler]) -> Patch:
    return Patch(
        module=ec2,
        attribute="_ACTION_MAP",
        keys=(action,),
        fingerprint=fingerprint,
        corrects=f"{action} knows neither types and prices, nor dry runs, nor machines that join",
        upstream=f"ec2: {action} with the figures of EC2, and its dry run",
        replacement=replacement,
    )
