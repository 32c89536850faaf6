"""Avadot's own stores: models that may be others', keys that only people have."""

import pytest

from settings.system import System
from tests.stacks.synths import DEV, OTHERWISE, PROD, stack

every_avadot = pytest.mark.parametrize("system", [PROD, DEV], ids=lambda system: system.name)


def test_a_bucket_of_others_is_used_and_not_made() -> None:
    """Named in the settings, it is neither created nor changed."""
    assert stack(OTHERWISE, "Data").of_type("AWS::S3::Bucket") == []
    assert stack(OTHERWISE, "Data").of_type("AWS::S3::BucketPolicy") == []


@every_avadot
def test_each_provider_has_a_place_for_its_key(system: System) -> None:
    """There is one secret for each provider; a person puts the key in."""
    keys = {
        secret.path.split("/")[1]
        for secret in stack(system, "Data").of_type("AWS::SecretsManager::Secret")
        if secret.path.startswith("ProviderKeys/")
    }
    assert keys == {"Anthropic", "Openai", "Elevenlabs"}
