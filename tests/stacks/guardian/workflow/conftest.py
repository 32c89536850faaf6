"""The workflow, deployed once for all tests of this directory, with analysers at work."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from cdk_nag import AwsSolutionsChecks

from tests.functions.guardian.postgres import PASSWORD, Postgres
from tests.functions.guardian.postgres import running as postgres_running
from tests.functions.guardian.rows import Rows

from .deployment import CONTEXT, Deployment, deploy
from .emulator import running as emulator_running
from .stack import WorkflowStack
from .workers import Workers


@pytest.fixture(scope="package")
def server() -> Iterator[Postgres]:
    """Yield a PostgreSQL with an empty database."""
    with postgres_running() as postgres:
        yield postgres


@pytest.fixture(scope="package")
def deployment(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Yield the workflow on the emulator."""
    directory = tmp_path_factory.mktemp("workflow")
    with emulator_running(directory, trust=server.authority) as cloud:
        yield deploy(cloud, directory / "cdk.out", port=server.port, password=PASSWORD)


@pytest.fixture(scope="package")
def workers(deployment: Deployment) -> Iterator[Workers]:
    """Yield analysers that are at work."""
    with Workers(deployment, each=6) as working:
        yield working


@pytest.fixture
def rows(deployment: Deployment, server: Postgres) -> Rows:  # noqa: ARG001 - it made the table
    """Give the table that the deployment has made, empty."""
    with server.superuser() as connection:
        connection.run("TRUNCATE analysis_results")
    return Rows(server)


@pytest.fixture(scope="package")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Synthesize the stack, its findings beside it."""
    directory = tmp_path_factory.mktemp("cdk.out")
    app = cdk.App(outdir=str(directory), context=CONTEXT)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    WorkflowStack(app, "Guardian")
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()  # The bucket and the network of the test are no examples.
    return directory


@pytest.fixture(scope="package")
def resources(assembly: Path) -> dict[str, dict[str, Any]]:
    """Give the resources of the template."""
    found: dict[str, dict[str, Any]] = json.loads(
        (assembly / "Guardian.template.json").read_text()
    )["Resources"]
    return found
