"""KEDA's own operator, metrics adapter and admission webhooks, beside a control plane."""

from rehearsal.cluster.operators.keda.installation import Keda

__all__ = ["Keda"]
