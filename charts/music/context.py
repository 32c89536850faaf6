"""Music's deployment context."""

from dataclasses import dataclass

from charts.context import Addresses, AlbIngress, Context, SecretsStore


@dataclass(frozen=True, kw_only=True)
class PipelineContext(Context):
    """Where steps find runs and models, and the API that they report to."""

    region: str
    bucket: str
    """Of runs."""
    models: str
    """The bucket of models."""
    api: Addresses
    """Where the Kubernetes API answers."""


@dataclass(frozen=True, kw_only=True)
class ApiContext(PipelineContext):
    """What Music's API is told beside."""

    queue_url: str
    """Where S3 says that a video has come."""
    load_balancer: str
    """The beginning of the ARN of the load balancer, up to a slash: it says who asks."""
    exposure: AlbIngress
    secrets: SecretsStore
    """With the client's id and secret as `login`."""
