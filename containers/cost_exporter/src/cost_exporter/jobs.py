"""How many jobs services did in the last hour, as Prometheus knows it."""

from collections.abc import Mapping
from typing import NamedTuple

import httpx2

from cost_exporter.cluster import Owner
from exporter.failure import Unavailable

_TIMEOUT = httpx2.Timeout(2)
_QUERY = (
    'sum by (namespace, service, queue) (increase(model_jobs_total{outcome="completed"}[1h])) > 0'
)


class Work(NamedTuple):
    """What jobs are counted by."""

    owner: Owner
    queue: str


class JobReader:
    """Asks Prometheus."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx2.Client(timeout=_TIMEOUT)

    def in_the_last_hour(self) -> Mapping[Work, float]:
        """Return the completed jobs where there are some; raise `Unavailable` without an answer."""
        try:
            answer = self._client.get(f"{self._url}/api/v1/query", params={"query": _QUERY})
            answer.raise_for_status()
            return {
                _work(one["metric"]): float(one["value"][1])
                for one in answer.json()["data"]["result"]
            }
        # Whatever answers there may be no Prometheus.
        except (httpx2.HTTPError, ValueError, LookupError, TypeError) as error:
            sentence = f"Prometheus at {self._url} does not tell the jobs: {error}"
            raise Unavailable(sentence) from error


def _work(labels: Mapping[str, str]) -> Work:
    owner = Owner(labels.get("namespace", ""), labels.get("service", ""))
    return Work(owner, labels.get("queue", ""))
