"""Dubbing's deployment context."""

from dataclasses import dataclass

from charts.context import Context, SecretsStore


@dataclass(frozen=True, kw_only=True)
class ModelContext(Context):
    """What model services and their scalers are told.

    `secrets` has the plain values `hugging-face` and `valkey`.
    """

    region: str
    bucket: str
    """Of models and media."""
    cache: str
    """Where the jobs wait, as `host:port`; by TLS and password."""
    secrets: SecretsStore
    releasing: str
    """The namespace of Argo Rollouts, which asks a new version before it serves."""
    callers: str
    """The namespace of the workers that send jobs to the models."""
