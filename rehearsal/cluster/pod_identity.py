"""What EKS Pod Identity and the cluster have to agree on."""

AUDIENCE = "pods.eks.amazonaws.com"
"""For whom the token of a service account is, and who may take the pod's role with it."""
