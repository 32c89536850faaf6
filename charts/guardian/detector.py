"""How a trained detector comes into an analyser's pods, before the program starts."""

from lightkube.models.core_v1 import (
    Container,
    EmptyDirVolumeSource,
    PodSpec,
    Volume,
    VolumeMount,
)

from charts.guardian.context import AnalyzerContext
from charts.pod import CONTAINER_SECURITY, environment, requirements
from settings.guardian.analyzers import Analyzer, Detector
from settings.workloads import Resources

_VOLUME = "detector"
_DIRECTORY = "/detector"
_MODEL = f"{_DIRECTORY}/model.onnx"
_LARGEST_BYTES = 200_000_000
"""The programs take no larger model (containers/analyzer)."""

_ROOM_MIB = 256
_LOADER = Resources(cpu_milli=250, memory_mib=128, cpu_limit_milli=1000, memory_limit_mib=256)
"""It runs before the analyser and asks for less, so the pod asks for no more than without it."""


def equipped(spec: PodSpec, analyzer: Analyzer, context: AnalyzerContext) -> PodSpec:
    """Give an analyser's pod the detector of the settings, if they name one."""
    if analyzer.detector is None:
        return spec
    mount = VolumeMount(name=_VOLUME, mountPath=_DIRECTORY)
    spec.initContainers = [_loader(analyzer.detector, context, mount)]
    spec.volumes = [
        *(spec.volumes or ()),
        Volume(name=_VOLUME, emptyDir=EmptyDirVolumeSource(sizeLimit=f"{_ROOM_MIB}Mi")),
    ]
    for container in spec.containers:
        container.env = [*(container.env or ()), *environment({"DETECTOR": _MODEL})]
        container.volumeMounts = [
            *(container.volumeMounts or ()),
            VolumeMount(name=_VOLUME, mountPath=_DIRECTORY, readOnly=True),
        ]
    return spec


def _loader(detector: Detector, context: AnalyzerContext, mount: VolumeMount) -> Container:
    return Container(
        name="detector",
        image=context.images.reference(detector.model_store_image),
        args=[
            *("get", detector.uri, "--sha256", detector.sha256),
            *("--largest", str(_LARGEST_BYTES), "--file", _MODEL),
        ],
        env=environment({"AWS_REGION": context.region}),
        resources=requirements(_LOADER),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[mount],
    )
