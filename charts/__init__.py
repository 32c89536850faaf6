"""How it runs: cdk8s charts of typed Kubernetes objects; they know nothing of AWS."""

import importlib
import sys
from importlib.util import find_spec, module_from_spec

_MODELS = (
    "lightkube.models.apps_v1",
    "lightkube.models.autoscaling_v2",
    "lightkube.models.networking_v1",
    "lightkube.models.policy_v1",
    "lightkube.models.rbac_v1",
    "lightkube.models.storage_v1",
)


def _load_types() -> None:
    """Load Kubernetes' types without the client that their package imports before them.

    The client with its HTTP library takes 0.15 s of every synth, and charts talk to nobody. The
    package is then forgotten again, so that whoever imports it later gets all of it.
    """
    spec = find_spec("lightkube")
    if spec is None or "lightkube" in sys.modules:
        return
    sys.modules["lightkube"] = module_from_spec(spec)
    try:
        for model in _MODELS:
            importlib.import_module(model)
    finally:
        del sys.modules["lightkube"]


_load_types()
