"""Which credentials a conversation service has."""

from charts.secret_files import Credential
from settings.avadot.services import CpuService

MYSQL_USERNAME = Credential(
    variable="MYSQL_USER_FILE", file="mysql-username", source="mysql", field="username"
)
MYSQL_PASSWORD = Credential(
    variable="MYSQL_PASSWORD_FILE", file="mysql-password", source="mysql", field="password"
)
VALKEY_TOKEN = Credential(variable="REDIS_PASSWORD_FILE", file="valkey-token", source="valkey")


def provider_key(provider: str) -> Credential:
    """Name the credential for an outside service."""
    return Credential(
        variable=f"{provider.upper()}_API_KEY_FILE", file=f"{provider}-api-key", source=provider
    )


def credentials_of(service: CpuService) -> tuple[Credential, ...]:
    """List what a service may know: the data stores' credentials, and its own providers' keys."""
    return (
        MYSQL_USERNAME,
        MYSQL_PASSWORD,
        VALKEY_TOKEN,
        *(provider_key(provider) for provider in service.provider_secrets),
    )
