"""Argo Workflows' own controller, beside a control plane."""

from rehearsal.cluster.operators.argo_workflows.installation import ArgoWorkflows

__all__ = ["ArgoWorkflows"]
