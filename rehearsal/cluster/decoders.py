"""Decoders of Kubernetes objects, built before there are threads.

msgspec, which lightkube decodes with, builds what it knows of a type at the first use, and another
thread that decodes the type meanwhile reads what is not there yet: the process ends with a
segmentation fault (0.22.0; four threads that begin at once do it in 24 of 25 runs).
"""

import sys

import msgspec
from lightkube.core.decoders import decode_list, decode_status, decode_watch_event

_RESOURCES = "lightkube.resources."


def build_decoders() -> None:
    """Build those of all kinds that were imported; call it before the first thread is started."""
    decode_status(b"{}")
    decode_watch_event(b'{"type": "", "object": {}}')
    modules = [module for name, module in sys.modules.items() if name.startswith(_RESOURCES)]
    for module in modules:
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
                decode_list(b'{"items": []}', kind)
