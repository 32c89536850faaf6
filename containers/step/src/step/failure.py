"""What a step raises where it cannot do its work: whose fault it is, in one sentence."""


class Unusable(Exception):  # noqa: N818 - the video's doing, and no error of ours
    """This video cannot be used; the sentence is for the person who uploaded it."""


class WrongSetup(Exception):  # noqa: N818 - named by what is wrong
    """Arguments or environment say what cannot be; the sentence is for whoever runs the step."""


class Failed(Exception):  # noqa: N818 - named by how the step ends
    """Another try may succeed; the sentence is for the log."""
