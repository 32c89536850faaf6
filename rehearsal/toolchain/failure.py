"""What can go wrong while programs are prepared."""


class ToolchainError(RuntimeError):
    """A program is not there and cannot be made; the message is one sentence for the user."""
