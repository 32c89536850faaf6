"""The Kubernetes side of the rehearsal: a real control plane with played nodes and pods."""

from rehearsal.cluster.control_plane import ClusterError, ControlPlane

__all__ = ["ClusterError", "ControlPlane"]
