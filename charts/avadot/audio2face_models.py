"""How models and engines come to an Audio2Face pod before its server starts: pull, engine, share.

The three steps are init containers, one after the other, of one program: `model-store`. The middle
one needs TensorRT and the GPU, so it runs in the server's image; that image has to have nothing
but Python, since the step before leaves the program behind as a single file.
"""

from lightkube.models.core_v1 import Container, EnvVar, VolumeMount

from charts import model_store
from charts.context import BuiltHere, ModelFiles, Registry
from charts.pod import CONTAINER_SECURITY, SCRATCH_MOUNT, environment, requirements
from settings.avadot.audio2face import Audio2Face, EngineBuild
from settings.workloads import Resources

MODEL_DIRECTORY = "/data/models"
MODEL_VOLUME = "model-data"
READ_ONLY_MODELS = VolumeMount(name=MODEL_VOLUME, mountPath=MODEL_DIRECTORY, readOnly=True)

_MODELS = VolumeMount(name=MODEL_VOLUME, mountPath=MODEL_DIRECTORY)
_PROGRAM = f"{SCRATCH_MOUNT.mountPath}/model-store"
_LOADER = Resources(cpu_milli=1000, memory_mib=256, cpu_limit_milli=2000, memory_limit_mib=512)
"""Of a step without GPU; it runs before the server, so it takes nothing from it."""


def steps(
    server: Audio2Face, *, images: Registry | BuiltHere, models: ModelFiles
) -> list[Container]:
    """Bring the models, then an engine for each, then let other pods have what was built."""
    region = environment({"AWS_REGION": models.region})
    loader = images.reference(server.model_store_image)
    place = ["--models", MODEL_DIRECTORY, "--store", models.engines]
    pull = model_store.pull(
        bucket=models.bucket,
        prefix=models.models_prefix,
        version=models.models_version,
        destination=MODEL_DIRECTORY,
    )
    return [
        _step(
            "models",
            image=loader,
            args=[*pull, "--program", _PROGRAM],
            env=region,
            resources=_LOADER,
        ),
        _step(
            "engine",
            image=images.reference(server.image),
            command=["python3", _PROGRAM],
            args=["engine", *place, "--limit", str(server.engine_limit)],
            env=[*region, *environment(_SWITCHES[server.engine_build])],
            resources=server.resources,
            gpus=server.gpus,
        ),
        _step("share", image=loader, args=["share", *place], env=region, resources=_LOADER),
    ]


_SWITCHES = {
    EngineBuild.WHEN_NEEDED: {},
    EngineBuild.NEVER: {"SKIP_TRT_BUILD": "1"},
    EngineBuild.ALWAYS: {"FORCE_TRT_REBUILD": "1"},
}


def _step(
    name: str,
    *,
    image: str,
    args: list[str],
    env: list[EnvVar],
    resources: Resources,
    command: list[str] | None = None,
    gpus: int = 0,
) -> Container:
    return Container(
        name=name,
        image=image,
        command=command,
        args=args,
        env=env,
        resources=requirements(resources, gpus=gpus),
        securityContext=CONTAINER_SECURITY,
        volumeMounts=[SCRATCH_MOUNT, _MODELS],
    )
