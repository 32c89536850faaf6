"""Whether browsers may upload from where the front end really is."""

import pytest

from plan.preflight.origins import origins
from plan.preflight.verdicts import Check, Missing, Ready
from tests.plan.assemblies import Written, assembled, resource
from tests.plan.preflight.played_aws import PlayedAws


def _checks(*allowed: str) -> list[Check]:
    rules = {"CorsRules": [{"AllowedMethods": ["PUT"], "AllowedOrigins": list(allowed)}]}
    bucket = resource(
        "AWS::S3::Bucket", "Guard/Uploads/Resource", {"CorsConfiguration": rules} if allowed else {}
    )
    return list(origins(assembled(Written(name="Guard", resources={"Uploads": bucket}))))


@pytest.mark.parametrize(
    "origin", ["https://guard.example.com", "https://example.org:8443", "http://front.test"]
)
def test_an_origin_that_nobody_can_own_is_missing(aws: PlayedAws, origin: str) -> None:
    """The first upload of a browser would be refused."""
    (check,) = _checks("https://guard.kr", origin)

    assert check.title == "origins of Guard/Uploads"
    assert check.ask(aws.account) == Missing(
        f"{origin} is an example", "put where the front end is served from into the settings"
    )


def test_other_origins_are_ready(aws: PlayedAws) -> None:
    """Whether somebody is there is not asked."""
    (check,) = _checks("https://guard.kr", "https://myexample.com")

    assert check.ask(aws.account) == Ready("https://guard.kr, https://myexample.com")


def test_a_bucket_that_browsers_do_not_use_is_not_asked() -> None:
    """As one of logs."""
    assert _checks() == []
