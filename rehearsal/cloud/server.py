"""The AWS emulator with our additions, in one process."""

import os
from pathlib import Path

from hypercorn.asyncio import serve as listen
from hypercorn.config import Config
from ministack import app as emulator
from ministack.core.iam_evaluator import pin_request_origin

from rehearsal.cloud.charts import charts
from rehearsal.cloud.control_planes import ControlPlanes, replace_docker
from rehearsal.cloud.doors import with_doors
from rehearsal.cloud.function_sessions import let_sessions_end
from rehearsal.cloud.lock import Lock
from rehearsal.cloud.order import shuffle
from rehearsal.cloud.pod_identity import pod_identity
from rehearsal.cloud.postgres import Databases, Trust
from rehearsal.cloud.resources.access import register_access
from rehearsal.cloud.resources.add_ons import register_add_ons
from rehearsal.cloud.resources.buckets import register_buckets
from rehearsal.cloud.resources.cluster import register_clusters
from rehearsal.cloud.resources.database import register_databases
from rehearsal.cloud.resources.network import register_network
from rehearsal.cloud.resources.node_groups import register_node_groups
from rehearsal.cloud.settings import HOST, endpoint
from rehearsal.cloud.workflows import let_workflows_run_as_on_aws
from rehearsal.cluster.decoders import build_decoders
from rehearsal.toolchain import Toolchain

_KEEP_ALIVE_SECONDS = 75


async def serve(directory: Path, tools: Path) -> None:
    """Answer on the port in GATEWAY_PORT until SIGTERM, then stop every control plane."""
    build_decoders()
    trust = Trust(directory)
    trust.write()
    databases = Databases(directory, trust)
    planes = ControlPlanes(directory / "clusters", Toolchain(bin=tools))
    replace_docker(planes)
    _count_as_encrypted()
    let_sessions_end()
    let_workflows_run_as_on_aws()
    shuffle(directory / "seed")
    register_network()
    register_access()
    register_databases(databases)
    register_buckets()
    register_clusters(planes)
    register_node_groups(planes)
    register_add_ons(planes)

    port = int(os.environ["GATEWAY_PORT"])
    doors = (*pod_identity(planes.of), charts(endpoint(port), planes.of))
    config = Config()
    config.bind = [f"{HOST}:{port}"]
    config.keep_alive_timeout = _KEEP_ALIVE_SECONDS
    config.loglevel = os.environ["LOG_LEVEL"]
    with Lock(directory).held():
        try:
            await listen(with_doors(emulator.app, doors), config)  # type: ignore[arg-type]
        finally:
            databases.stop_all()
            planes.stop_all()


def _count_as_encrypted() -> None:
    """Let requests pass for TLS, which bucket policies insist on; ours never leave the machine."""
    emulator.pin_request_origin = lambda address, _secure: pin_request_origin(address, True)  # noqa: FBT003
