"""A cloud on this machine for the unmodified cdk command: AWS emulator and Kubernetes."""
