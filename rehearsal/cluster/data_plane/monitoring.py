"""Prometheus and Alertmanager, with the configuration that the operator has made of objects."""

import base64
import gzip
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from lightkube.resources.core_v1 import ConfigMap, Pod, Secret

from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.data_plane.programs import Command
from rehearsal.cluster.data_plane.proxy import HOST
from rehearsal.cluster.data_plane.site import Site
from rehearsal.cluster.objects import labels_of, name_of, namespace_of, spec_of

_MANAGED = "app.kubernetes.io/managed-by"
_OPERATOR = "prometheus-operator"
_NAME = "app.kubernetes.io/name"
_INSTANCE = "app.kubernetes.io/instance"
_OURS = ("--config.file", "--web.config.file", "--web.listen-address", "--storage.")
_RETENTION = "--storage.tsdb.retention"
_WITHOUT_PEERS = "--cluster.listen-address="
_RULES = "/etc/prometheus/rules/"

Document = dict[str, Any]


class Prometheus:
    """Prometheus' own program, told to discover targets by kubeconfig and to ask by proxy."""

    def __init__(
        self, site: Site, secrets: Informer[Secret], config_maps: Informer[ConfigMap]
    ) -> None:
        self._site = site
        self._secrets = secrets
        self._config_maps = config_maps
        self._configs: dict[str, bytes] = {}

    def port_of(self, pod: Pod) -> int | None:
        return _port(pod, "prometheus", "web")

    def command(self, pod: Pod, port: int) -> Command | None:
        name, home = labels_of(pod)[_INSTANCE], _home(self._site, pod)
        made = _unpacked(self._secrets.get(f"prometheus-{name}", namespace_of(pod)), "prometheus")
        if made is None:
            return None
        written = made.replace("$(SHARD)", "0").replace("$(POD_NAME)", name_of(pod))
        rules = dict(self._rules(pod, name))
        config = self._config(written, home / "rules")
        return Command(
            line=[
                f"{self._site.programs}/prometheus",
                f"--config.file={home / 'prometheus.yaml'}",
                f"--web.listen-address={HOST}:{port}",
                f"--storage.tsdb.path={self._site.data}/{name_of(pod)}",
                *_kept(pod, "prometheus"),
            ],
            files={
                home / "prometheus.yaml": config,
                **{home / "rules" / file: content for file, content in rules.items()},
            },
        )

    def _config(self, written: str, rules: Path) -> bytes:
        """Return what Prometheus reads; it is looked at each second, and changes seldom."""
        if written not in self._configs:
            read = yaml.load(written, Loader=yaml.CSafeLoader)
            rewired = _rewired(read, self._site, rules)
            self._configs = {written: yaml.safe_dump(rewired).encode()}
        return self._configs[written]

    def _rules(self, pod: Pod, name: str) -> Iterable[tuple[str, bytes]]:
        for stored in self._config_maps.all():
            of = labels_of(stored).get("prometheus-name")
            if of == name and namespace_of(stored) == namespace_of(pod):
                for file, content in (stored.data or {}).items():
                    yield f"{name_of(stored)}/{file}", content.encode()


class Alertmanager:
    """Alertmanager's own program, with the IAM role of its service account."""

    def __init__(self, site: Site, secrets: Informer[Secret]) -> None:
        self._site = site
        self._secrets = secrets

    def port_of(self, pod: Pod) -> int | None:
        return _port(pod, "alertmanager", "web")

    def command(self, pod: Pod, port: int) -> Command | None:
        name, home = labels_of(pod)[_INSTANCE], _home(self._site, pod)
        stored = self._secrets.get(f"alertmanager-{name}-generated", namespace_of(pod))
        made = _unpacked(stored, "alertmanager")
        if made is None:
            return None
        return Command(
            line=[
                f"{self._site.programs}/alertmanager",
                f"--config.file={home / 'alertmanager.yaml'}",
                f"--web.listen-address={HOST}:{port}",
                f"--storage.path={self._site.data}/{name_of(pod)}",
                _WITHOUT_PEERS,
                *(one for one in _kept(pod, "alertmanager") if not one.startswith("--cluster.")),
            ],
            environment={**os.environ, **self._site.alertmanager_environment},
            files={home / "alertmanager.yaml": made.encode()},
        )


def _home(site: Site, pod: Pod) -> Path:
    return Path(site.directory) / name_of(pod)


def _port(pod: Pod, program: str, port: str) -> int | None:
    """Return the number of a port of the operator's pod of a program."""
    labels = labels_of(pod)
    if labels.get(_MANAGED) != _OPERATOR or labels.get(_NAME) != program:
        return None
    ports = [one for container in spec_of(pod).containers for one in container.ports or []]
    return next((one.containerPort for one in ports if (one.name or "").endswith(port)), None)


def _kept(pod: Pod, container: str) -> Sequence[str]:
    """Return the arguments that the operator gave, but for files and addresses of the pod."""
    arguments = next(c.args or [] for c in spec_of(pod).containers if c.name == container)
    return [one for one in arguments if one.startswith(_RETENTION) or not one.startswith(_OURS)]


def _unpacked(stored: Secret | None, name: str) -> str | None:
    packed = ((stored.data if stored else None) or {}).get(f"{name}.yaml.gz")
    return gzip.decompress(base64.b64decode(packed)).decode() if packed else None


def _rewired(config: Document, site: Site, rules: Path) -> Document:
    """Let the configuration find and reach the cluster from outside; everything else stays."""
    reaching = [
        *(config.get("scrape_configs") or []),
        *((config.get("alerting") or {}).get("alertmanagers") or []),
    ]
    for one in reaching:
        one["proxy_url"] = site.proxy
        for discovery in one.get("kubernetes_sd_configs") or []:
            discovery["kubeconfig_file"] = site.prometheus_kubeconfig
        # The kubelets are played without TLS, and nobody asks for the token of a pod.
        one["scheme"] = "http"
        for secret in ("authorization", "bearer_token_file", "tls_config"):
            one.pop(secret, None)
    config["rule_files"] = [
        file.replace(_RULES, f"{rules}/") for file in config.get("rule_files") or []
    ]
    return config
