"""What can go wrong for the one who types a command."""


class UpError(RuntimeError):
    """The rehearsal did not get to its end; the message is one sentence for the user."""
