"""prometheus-operator, and the Prometheus and Alertmanager that it is told to make."""

from rehearsal.cluster.operators.monitoring.dcgm import DcgmExporter
from rehearsal.cluster.operators.monitoring.stack import KubePrometheusStack

__all__ = ["DcgmExporter", "KubePrometheusStack"]
