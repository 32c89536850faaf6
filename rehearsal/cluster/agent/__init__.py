"""The agent: plays kubelets and those controllers of AWS that a workload waits for."""
