"""EKS: the Kubernetes versions of clusters, and the versions of add-ons that fit them.

The numbers of add-ons are made up, one for each version of Kubernetes: what EKS offers can only be
asked with credentials. The refusals are in EKS' words where those were found
(terraform-provider-aws#19478, terraform-aws-eks#2607), read on 2026-11-30.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import eks

from rehearsal.cloud.control_planes import ControlPlanes
from rehearsal.cloud.patches import Patch, private
from rehearsal.cluster import addons
from rehearsal.toolchain import KUBERNETES

_CLUSTERS = private(eks, "_clusters")
_NODE_GROUPS = private(eks, "_nodegroups")
_ADD_ONS = private(eks, "_addons")
_answer = private(eks, "_json_resp")
_error = private(eks, "_error")
_VERSION = re.compile(r"1\.(\d+)")
_UPDATES = re.compile(r"/clusters/([\w-]+)/updates")
_ADD_ON_VERSIONS = "/addons/supported-versions"
_BEFORE = "_version_before"
"""Of a cluster's record: the version to which an upgrade can be taken back."""
_BAD_REQUEST, _NOT_FOUND, _OK = 400, 404, 200


def minor(version: str) -> int:
    """Return 36 of 1.36; raise `ValueError` for what EKS does not know either."""
    match = _VERSION.fullmatch(version)
    if match is None:
        message = f"unsupported Kubernetes version {version}"
        raise ValueError(message)
    return int(match[1])


def fitting(kubernetes: str) -> str:
    """Return the version of an add-on that fits a version of Kubernetes."""
    return f"v{kubernetes}.0-eksbuild.1"


def change(planes: ControlPlanes, cluster: str, version: str) -> None:
    """Bring a cluster's control plane to a version; raise `ValueError` as EKS refuses it."""
    record = _CLUSTERS[cluster]
    was = record["version"]
    groups = {name: group["version"] for name, group in _groups_of(cluster)}
    match minor(version) - minor(was):
        case 1:
            if behind := [name for name, runs in groups.items() if runs != was]:
                message = (
                    f"Nodegroups {', '.join(behind)} must be updated to match cluster version "
                    f"{was} before updating cluster version"
                )
                raise ValueError(message)
        case -1 if record.get(_BEFORE) == version:
            if newer := [name for name, runs in groups.items() if minor(runs) > minor(version)]:
                message = f"Nodegroups {', '.join(newer)} are newer than {version}"
                raise ValueError(message)
        case _:
            message = f"Unsupported Kubernetes minor version update from {was} to {version}"
            raise ValueError(message)
    planes.of(cluster).change_version(version)
    record["version"] = version
    record[_BEFORE] = was if minor(was) < minor(version) else None


def _groups_of(cluster: str) -> list[tuple[str, Mapping[str, Any]]]:
    return [
        (group["nodegroupName"], group)
        for key, group in _NODE_GROUPS.items()
        if key.startswith(f"{cluster}/")
    ]


def _update_cluster(planes: ControlPlanes, cluster: str, version: str) -> Any:  # noqa: ANN401
    if cluster not in _CLUSTERS:
        return _error(_NOT_FOUND, "ResourceNotFoundException", f"No cluster found: {cluster}.")
    try:
        change(planes, cluster, version)
    except ValueError as error:
        return _error(_BAD_REQUEST, "InvalidParameterException", str(error))
    except RuntimeError as error:
        return _error(_BAD_REQUEST, "InvalidRequestException", str(error))
    update = {
        "id": f"{cluster}-{version}",
        "status": "Successful",
        "type": "VersionUpdate",
        "params": [{"type": "Version", "value": version}],
    }
    return _answer(_OK, {"update": update})


def _add_on_versions(query: Mapping[str, str]) -> Any:  # noqa: ANN401
    asked = query.get("kubernetesVersion")
    versions = [
        {
            "addonVersion": fitting(one),
            "architecture": ["amd64"],
            "compatibilities": [{"clusterVersion": one, "defaultVersion": True}],
        }
        for one in KUBERNETES
        if asked in (None, one)
    ]
    name = query.get("addonName", "")
    return _answer(_OK, {"addons": [{"addonName": name, "addonVersions": versions}]})


def patches(planes: ControlPlanes) -> list[Patch]:
    """Let the emulator's EKS change versions, and refuse what does not fit."""

    def patch_requests(handle: Callable[..., Any]) -> Callable[..., Any]:
        def handling(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:  # noqa: ANN401
            if method == "POST" and (found := _UPDATES.fullmatch(path)):
                return _update_cluster(planes, found[1], str(json.loads(body)["version"]))
            if method == "GET" and path == _ADD_ON_VERSIONS:
                return _add_on_versions({name: one[0] for name, one in query.items()})
            return handle(method, path, headers, body, query)

        return handling

    def patch_add_on(update: Callable[..., Any]) -> Callable[..., Any]:
        def updating(cluster: str, name: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401
            version = body.get("addonVersion")
            known = f"{cluster}/{name}" in _ADD_ONS
            if known and version and version != fitting(_CLUSTERS[cluster]["version"]):
                message = "Addon version specified is not supported"
                return _error(_BAD_REQUEST, "InvalidParameterException", message)
            answer = update(cluster, name, body)
            if known and version:
                addons.install(planes.of(cluster), name, version)
            return answer

        return updating

    return [
        Patch(
            module=eks,
            attribute="_handle_request_sync",
            fingerprint="ad23a7135b80",
            corrects="UpdateClusterVersion and DescribeAddonVersions are not known",
            upstream="eks._handle_request_sync: POST /clusters/NAME/updates, and the versions",
            replacement=patch_requests,
        ),
        Patch(
            module=eks,
            attribute="_update_addon",
            fingerprint="0eb0181d1409",
            corrects="an add-on may have any version, and its pods stay as they are",
            upstream="eks._update_addon: refuse versions that do not exist",
            replacement=patch_add_on,
        ),
    ]
