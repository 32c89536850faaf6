"""The AWS emulator with our additions, in one process."""

import os
from pathlib import Path

from hypercorn.asyncio import serve as listen
from hypercorn.config import Config
from ministack import app as emulator

from rehearsal.cloud.aws_cli import server as aws_cli
from rehearsal.cloud.charts import charts
from rehearsal.cloud.checkpoint import Running, checkpoint
from rehearsal.cloud.control_planes import ControlPlanes
from rehearsal.cloud.ec2_events import EC2_EVENTS
from rehearsal.cloud.lock import Lock
from rehearsal.cloud.machines import Machines
from rehearsal.cloud.patches import (
    Patch,
    apply,
    cloudformation,
    ec2,
    eks,
    eks_versions,
    functions,
    iam,
    refusals,
    s3,
    stepfunctions,
)
from rehearsal.cloud.pod_identity import pod_identity
from rehearsal.cloud.postgres import Databases, Trust
from rehearsal.cloud.price_list import ROUTES
from rehearsal.cloud.resources import (
    access,
    add_ons,
    buckets,
    cache,
    cluster,
    costs,
    database,
    instance_profiles,
    network,
    node_groups,
    secrets,
)
from rehearsal.cloud.routes import with_routes
from rehearsal.cloud.settings import HOST, endpoint
from rehearsal.cloud.valkey import Caches
from rehearsal.cluster.decoders import build_decoders
from rehearsal.cluster.processes import Processes
from rehearsal.toolchain import Toolchain

_KEEP_ALIVE_SECONDS = 75


async def serve(directory: Path, tools: Path) -> None:
    """Answer on the port in GATEWAY_PORT until SIGTERM, then stop every control plane."""
    build_decoders()
    trust = Trust(directory)
    trust.write()
    databases, caches = Databases(directory, trust), Caches(directory, trust)
    toolchain = Toolchain(bin=tools)
    planes = ControlPlanes(directory / "clusters", toolchain)
    apply(patches(planes, databases, caches, directory / "seed"))

    port = int(os.environ["GATEWAY_PORT"])
    running = Running(
        directory=directory, port=port, planes=planes, databases=databases, caches=caches
    )
    routes = (
        *pod_identity(planes.of),
        *ROUTES,
        EC2_EVENTS,
        charts(endpoint(port), planes.of),
        checkpoint(running),
    )
    programs = Processes(directory / "bin")
    programs.start_module("aws", aws_cli.__name__, str(toolchain.aws_cli))
    config = Config()
    config.bind = [f"{HOST}:{port}"]
    config.keep_alive_timeout = _KEEP_ALIVE_SECONDS
    config.loglevel = os.environ["LOG_LEVEL"]
    with Lock(directory).held():
        try:
            await listen(with_routes(emulator.app, routes), config)  # type: ignore[arg-type]
        finally:
            databases.stop_all()
            caches.stop_all()
            planes.stop_all()
            programs.stop(())


def patches(
    planes: ControlPlanes, databases: Databases, caches: Caches, seed_file: Path
) -> list[Patch]:
    """Return everything in which this emulator differs from that of its package."""
    added = (
        network.HANDLERS
        | access.HANDLERS
        | costs.HANDLERS
        | instance_profiles.HANDLERS
        | node_groups.handlers(planes)
        | add_ons.handlers(planes)
    )
    resource_types = (
        *cloudformation.additions(added),
        *buckets.PATCHES,
        *cluster.patches(planes),
        *database.patches(databases),
        *cache.patches(caches),
        *secrets.PATCHES,
    )
    return [
        *cloudformation.on_threads(resource_types),
        *cloudformation.in_drawn_order(seed_file),
        *ec2.patches(Machines(planes)),
        *eks.patches(planes),
        *eks_versions.patches(planes),
        *functions.PATCHES,
        *iam.PATCHES,
        *refusals.PATCHES,
        *s3.PATCHES,
        *stepfunctions.PATCHES,
    ]
