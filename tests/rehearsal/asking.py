"""Asks what runs in a rehearsed cluster, as a program there would: through the data plane."""

import json
import urllib.parse
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from charts.monitoring import NAMESPACE
from tests.rehearsal.waiting import until

Series = tuple[Mapping[str, str], float]
"""Labels and value."""


class Watched(ABC):
    """A cluster with Prometheus."""

    @property
    @abstractmethod
    def data_plane_port(self) -> int:
        """Where the data plane is a proxy."""

    def get(self, service: str, port: int, path: str) -> Any:
        """Ask a Service of the monitoring namespace by its name."""
        proxy = urllib.request.ProxyHandler({"http": f"http://127.0.0.1:{self.data_plane_port}"})
        url = f"http://{service}.{NAMESPACE}.svc:{port}{path}"
        with urllib.request.build_opener(proxy).open(url, timeout=10) as answer:
            return json.load(answer)

    def query(self, expression: str) -> list[Series]:
        """Return what an expression gives now, nothing while Prometheus does not answer."""
        asked = urllib.parse.urlencode({"query": expression})
        try:
            answer = self.get("prometheus-operated", 9090, f"/api/v1/query?{asked}")
        except OSError:
            return []
        return [(one["metric"], float(one["value"][1])) for one in answer["data"]["result"]]

    def await_series(self, expression: str) -> list[Series]:
        until(lambda: bool(self.query(expression)), expression)
        return self.query(expression)
