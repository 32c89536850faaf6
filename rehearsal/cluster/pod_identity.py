"""How the program of a pod takes the pod's IAM role."""


def environment_of_pod(endpoint: str, cluster: str, token_file: str) -> dict[str, str]:
    """Return what EKS puts into the environment of a pod with an association."""
    return {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": (
            f"{endpoint}/rehearsal/pod-identity-agent/{cluster}/v1/credentials"
        ),
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": token_file,
    }
