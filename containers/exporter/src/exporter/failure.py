"""Why an exporter cannot start, or cannot measure; each in one sentence."""


class SettingsError(Exception):
    """The environment or a file of the configuration says something that cannot be."""


class Unavailable(Exception):  # noqa: N818 - the other side's doing, and no error of ours
    """What is to be measured does not answer, or not as it should."""
