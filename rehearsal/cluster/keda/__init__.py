"""KEDA's own operator, metrics adapter and admission webhooks, beside a control plane."""

from rehearsal.cluster.keda.installation import install, remove

__all__ = ["install", "remove"]
