"""Labels of nodes by more than which pods are told apart."""

GPU_MEMORY = "karpenter.k8s.aws/instance-gpu-memory"
"""MiB of one GPU, as Karpenter labels its machines: the one label whose size is looked at."""
