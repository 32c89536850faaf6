"""The agent: simulates kubelets and the controllers of AWS that workloads depend on."""
