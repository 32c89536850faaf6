"""Avadot without a cloud: one node, node ports, data stores in the cluster, no GPU."""

import secrets
from pathlib import Path
from typing import Any

import cdk8s
import yaml

from charts.avadot.context import CacheEndpoint, DatabaseEndpoint, ServiceContext
from charts.avadot.credentials import MYSQL_PASSWORD, MYSQL_USERNAME, VALKEY_TOKEN, provider_key
from charts.avadot.local.mysql import MySqlChart
from charts.avadot.local.valkey import ValkeyChart
from charts.avadot.service import ServiceChart
from charts.context import BuiltHere, KubernetesSecret, NodePorts, OneNode, Pods
from charts.ingress import READY_BEHIND_LOAD_BALANCER
from charts.namespace import NamespaceChart
from settings.avadot.system import Avadot

NAMESPACE = "avadot-local"
_BUILT = BuiltHere(tag="dev")
_SECRET = KubernetesSecret(name="avadot-credentials")
_MYSQL = "mysql"
_VALKEY = "valkey"
_FIRST_NODE_PORT = 30000
_LAST_DIGITS = 1000
_HEADER = "# Written by `make local`; changes here are lost, those in secrets.env are not.\n"
_SECRETS_HEADER = """\
# Credentials of this machine only. The file is yours: `make local` never writes it again.
# MySQL takes its user and password when its volume is made; later changes do not reach it.
# The providers' keys are empty: put in your own.
"""


class Overlay:
    """The directory that `kubectl apply -k` takes.

    `charts` has the objects by the name of their chart, `images` what a developer has to build.
    """

    SECRETS = "secrets.env"

    def __init__(self, system: Avadot) -> None:
        self._system = system
        self.images = tuple(_BUILT.reference(service.image) for service in system.services)
        self.charts = {name: chart.to_json() for name, chart in self._draw().items()}

    def kustomization(self) -> dict[str, Any]:
        """Gather the files, with the images and the Secret that a developer brings."""
        return {
            "apiVersion": "kustomize.config.k8s.io/v1beta1",
            "kind": "Kustomization",
            "resources": [f"{chart}.yaml" for chart in self.charts],
            "images": [
                {"name": service.image.repository, "newTag": _BUILT.tag}
                for service in self._system.services
            ],
            "secretGenerator": [
                {"name": _SECRET.name, "namespace": NAMESPACE, "envs": [self.SECRETS]}
            ],
        }

    def write(self, directory: Path) -> None:
        """Write the directory, but never over credentials that are there already."""
        directory.mkdir(parents=True, exist_ok=True)
        for chart, objects in self.charts.items():
            text = yaml.safe_dump_all(objects)
            (directory / f"{chart}.yaml").write_text(_HEADER + text)
        (directory / "kustomization.yaml").write_text(
            _HEADER + yaml.safe_dump(self.kustomization())
        )
        credentials = directory / self.SECRETS
        if not credentials.exists():
            credentials.touch(mode=0o600)
            lines = (f"{name}={value}\n" for name, value in self._credentials().items())
            credentials.write_text(_SECRETS_HEADER + "".join(lines))

    def _draw(self) -> dict[str, cdk8s.Chart]:
        system, context = self._system, self._context()
        app = cdk8s.App()
        return {
            "namespace": NamespaceChart(
                app,
                system=system.label,
                namespace=NAMESPACE,
                kubernetes=system.cluster.kubernetes,
                labels=READY_BEHIND_LOAD_BALANCER,
            ),
            _MYSQL: MySqlChart(app, context=context),
            _VALKEY: ValkeyChart(app, context=context, version=system.valkey.version),
            **{
                service.name: ServiceChart(
                    app,
                    service=service,
                    context=context,
                    audio2face=None,
                )
                for service in system.services
            },
        }

    def _context(self) -> ServiceContext:
        mysql, valkey = self._system.mysql, self._system.valkey
        return ServiceContext(
            system=self._system.label,
            namespace=NAMESPACE,
            images=_BUILT,
            database=DatabaseEndpoint(
                host=_MYSQL, port=mysql.port, name=mysql.database, location=Pods(name=_MYSQL)
            ),
            cache=CacheEndpoint(
                host=_VALKEY, port=valkey.port, tls=False, location=Pods(name=_VALKEY)
            ),
            secrets=_SECRET,
            exposure=NodePorts(
                ports={
                    service.name: _FIRST_NODE_PORT + service.port % _LAST_DIGITS
                    for service in self._system.services
                    if service.port is not None
                }
            ),
            nodes=OneNode(),
        )

    def _credentials(self) -> dict[str, str]:
        """Make up the content of the Secret: one entry for each file that services read."""
        return {
            MYSQL_USERNAME.file: self._system.mysql.user,
            MYSQL_PASSWORD.file: secrets.token_urlsafe(),
            VALKEY_TOKEN.file: secrets.token_urlsafe(),
            **{provider_key(provider).file: "" for provider in self._system.providers},
        }
