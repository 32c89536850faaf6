"""Which secrets Dubbing's pods and scalers read."""

from charts.secret_files import Credential

VALKEY = "valkey"
HUGGING_FACE = Credential(
    variable="HF_TOKEN_PATH", file="hugging-face-token", source="hugging-face"
)
"""The variable is that of Hugging Face's own library."""
