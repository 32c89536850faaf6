"""Reads a cloud assembly: resources, Kubernetes objects, nodes, workloads; judges nothing."""
