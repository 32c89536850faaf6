"""What can go wrong with a control plane."""


class ClusterError(RuntimeError):
    """The control plane cannot do what was asked; the message is one sentence for the user."""
