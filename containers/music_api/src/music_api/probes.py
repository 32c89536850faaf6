"""What the cluster asks: probes and figures."""

from fastapi import FastAPI
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from music_api.metrics import Metrics
from music_api.models import Health
from music_api.readiness import Readiness


def add_probes(app: FastAPI, readiness: Readiness, metrics: Metrics) -> None:
    @app.get("/health", include_in_schema=False)
    async def health() -> Health:
        return Health()

    @app.get("/ready", include_in_schema=False)
    def ready() -> Health:
        readiness.check()
        return Health()

    @app.get("/metrics", include_in_schema=False)
    def figures() -> Response:
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)
