"""How it runs: cdk8s charts of typed Kubernetes objects; they know nothing of AWS."""
