"""The Kubernetes side of the rehearsal: a real control plane with played nodes and pods."""

from rehearsal.cluster.control_plane import ControlPlane
from rehearsal.cluster.failure import ClusterError

__all__ = ["ClusterError", "ControlPlane"]
