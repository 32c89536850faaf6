"""What NVIDIA's device plugin makes of the GPUs of a node."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plan.model.failure import PlanError
from plan.model.quantities import GPU
from plan.model.selectors import Document, Labels

_IMAGE = "k8s-device-plugin"
_CONFIGURATION_LABEL = "nvidia.com/device-plugin.config"
"""The label by which a node chooses its entry of the configuration."""
_DEFAULT = "default"


@dataclass(frozen=True, kw_only=True)
class DevicePlugin:
    """How the plugin offers GPUs: whole, or each as several slices."""

    entries: Mapping[str, Mapping[str, Any]]
    """Its configurations by name; empty where it has none."""

    def advertised(self, gpus: int, labels: Labels) -> dict[str, int]:
        """Return the resources that a node with so many GPUs offers."""
        for sharing in self._shared(labels):
            renamed = sharing.get("rename") or (f"{GPU}.shared" if self._renames(labels) else GPU)
            return {renamed: gpus * int(sharing["replicas"])}
        return {GPU: gpus}

    def _shared(self, labels: Labels) -> list[Mapping[str, Any]]:
        resources = self._time_slicing(labels).get("resources") or []
        return [resource for resource in resources if resource.get("name") == GPU]

    def _renames(self, labels: Labels) -> bool:
        return bool(self._time_slicing(labels).get("renameByDefault"))

    def _time_slicing(self, labels: Labels) -> Mapping[str, Any]:
        name = labels.get(_CONFIGURATION_LABEL, _DEFAULT)
        only = next(iter(self.entries.values()), {}) if len(self.entries) == 1 else {}
        entry = self.entries.get(name, only)
        found: Mapping[str, Any] = (entry.get("sharing") or {}).get("timeSlicing") or {}
        return found


def device_plugin(spec: Document, config_maps: Mapping[str, Document]) -> DevicePlugin | None:
    """Tell from a pod's image whether it is the plugin; `config_maps` are those beside it."""
    if not any(_repository(one["image"]).endswith(_IMAGE) for one in spec.get("containers", ())):
        return None
    mounted = (
        (volume.get("configMap") or {}).get("name", "") for volume in spec.get("volumes") or ()
    )
    return DevicePlugin(
        entries=_entries(config_maps[name] for name in mounted if name in config_maps)
    )


def _entries(config_maps: Iterable[Document]) -> dict[str, Mapping[str, Any]]:
    data = {name: text for one in config_maps for name, text in (one.get("data") or {}).items()}
    if not data:
        return {}
    import yaml  # noqa: PLC0415 - it is rarely needed, and loading it costs the plan 20 ms

    try:
        return {name: yaml.safe_load(text) for name, text in data.items()}
    except yaml.YAMLError as error:
        message = f"the configuration of the device plugin is no YAML: {error}".partition("\n")[0]
        raise PlanError(message) from error


def _repository(image: str) -> str:
    path, _, name = image.partition("@")[0].rpartition("/")
    return f"{path}/{name.partition(':')[0]}"
