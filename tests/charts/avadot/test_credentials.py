"""How services get their credentials."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.charts.avadot.examples import drawn, service_objects
from tests.charts.examples import pick, pod_of
from tests.settings.avadot.examples import PROD, SERVICES

_STORES = {"mysql-username", "mysql-password", "valkey-token"}
_KEYS = {f"{provider}-api-key" for provider in PROD.providers}

each_service = pytest.mark.parametrize("name", SERVICES)


def _secrets(name: str) -> list[dict[str, Any]]:
    provider = pick(drawn(PROD)[name], "SecretProviderClass")
    secrets: list[dict[str, Any]] = json.loads(provider["spec"]["parameters"]["objects"])
    return secrets


def _files(name: str) -> set[str]:
    return {
        file["objectAlias"]
        for secret in _secrets(name)
        for file in secret.get("jmesPath", [secret])
    }


def _environment(name: str) -> dict[str, str]:
    pod = pod_of(pick(drawn(PROD)[name], "Deployment"))["spec"]
    return {variable["name"]: variable.get("value") for variable in pod["containers"][0]["env"]}


@each_service
def test_variables_name_files_and_never_values(name: str) -> None:
    """Each variable of a credential is the path of a file that the pod mounts."""
    paths = {v for k, v in _environment(name).items() if k.endswith("_FILE")}
    assert paths == {f"/run/secrets/avadot/{file}" for file in _files(name)}
    assert None not in _environment(name).values()


@each_service
def test_files_come_by_the_secrets_store(name: str) -> None:
    """The volume with the files is filled by the CSI driver, from the service's own class."""
    pod = pod_of(pick(drawn(PROD)[name], "Deployment"))["spec"]
    (volume,) = [v["csi"] for v in pod["volumes"] if "csi" in v]
    assert volume == {
        "driver": "secrets-store.csi.k8s.io",
        "readOnly": True,
        "volumeAttributes": {"secretProviderClass": name},
    }


def test_the_backend_alone_holds_keys_of_providers() -> None:
    """Every service knows the data stores; only the backend knows the outside services."""
    assert {name: _files(name) - _STORES for name in SERVICES} == {
        name: _KEYS if name == "backend" else set() for name in SERVICES
    }


def test_the_password_is_taken_out_of_the_secret_of_rds() -> None:
    """RDS keeps a JSON document; user and password become files of their own."""
    (mysql,) = [secret for secret in _secrets("tarot") if secret["objectName"].endswith("mysql")]
    assert mysql["jmesPath"] == [
        {"path": "username", "objectAlias": "mysql-username"},
        {"path": "password", "objectAlias": "mysql-password"},
    ]


def test_pods_fetch_secrets_with_their_own_role() -> None:
    """The provider asks as the pod, by Pod Identity, in the system's region."""
    spec = pick(drawn(PROD)["tarot"], "SecretProviderClass")["spec"]
    assert spec["provider"] == "aws"
    assert spec["parameters"]["usePodIdentity"] == "true"
    assert spec["parameters"]["region"] == PROD.region


def test_no_secret_is_copied_into_kubernetes() -> None:
    """No class asks for a Kubernetes Secret beside the files."""
    for name in SERVICES:
        assert "secretObjects" not in pick(drawn(PROD)[name], "SecretProviderClass")["spec"]


def test_a_service_with_one_provider_gets_one_key() -> None:
    """A service that is given a provider's key finds it by the provider's own variable."""
    service = replace(SERVICES["tarot"], provider_secrets=("openai",))
    pod = pod_of(pick(service_objects(PROD, service), "Deployment"))["spec"]
    keys = [v for v in pod["containers"][0]["env"] if "API_KEY" in v["name"]]
    assert keys == [{"name": "OPENAI_API_KEY_FILE", "value": "/run/secrets/avadot/openai-api-key"}]


def test_services_are_told_where_the_stores_are() -> None:
    """Host, port and database are plain values; the cache is reached by TLS."""
    told = _environment("concierge")
    assert {name: value for name, value in told.items() if not name.endswith("_FILE")} == {
        "MYSQL_HOST": "mysql.example.com",
        "MYSQL_PORT": str(PROD.mysql.port),
        "MYSQL_DATABASE": PROD.mysql.database,
        "REDIS_HOST": "valkey.example.com",
        "REDIS_PORT": str(PROD.valkey.port),
        "REDIS_TLS": "true",
    }
