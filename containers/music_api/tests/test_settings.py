"""What the environment may say."""

from pathlib import Path

import pytest

from containers.music_api.tests.balancer import BALANCERS
from music_api.failure import SettingsError
from music_api.settings import IdentitySettings, Settings

_GOOD = {
    "BUCKET": "runs-1",
    "AWS_REGION": "ap-northeast-2",
    "QUEUE_URL": "https://sqs.ap-northeast-2.amazonaws.com/123456789012/music",
    "NAMESPACE": "music",
    "IDENTITY_ISSUER": "https://cognito-idp.ap-northeast-2.amazonaws.com/ap-northeast-2_x",
    "IDENTITY_SIGNER": f"{BALANCERS}music/50dc6c495c0c9188",
}


def test_the_rest_has_values_of_its_own() -> None:
    """What a deployment has to say is where things are, and whom to believe."""
    assert Settings.read(_GOOD) == Settings(
        bucket="runs-1",
        region="ap-northeast-2",
        queue_url=_GOOD["QUEUE_URL"],
        namespace="music",
        template="music",
        identity=IdentitySettings(
            issuer=_GOOD["IDENTITY_ISSUER"],
            signer=_GOOD["IDENTITY_SIGNER"],
            keys="https://public-keys.auth.elb.ap-northeast-2.amazonaws.com",
        ),
        most_bytes=1 << 30,
        open_runs=3,
        page=None,
        host="0.0.0.0",  # noqa: S104 - the value under test
        port=8080,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IDENTITY_SIGNER", BALANCERS),
        ("IDENTITY_SIGNER", f"{BALANCERS}music/"),
        ("IDENTITY_KEYS", "http://127.0.0.1:8000/keys/"),
        ("IDENTITY_KEYS", "http://[::1]:8000"),
        ("IDENTITY_KEYS", "https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod"),
    ],
)
def test_what_may_be_said_of_identity(name: str, value: str) -> None:
    """One load balancer or all of an account; AWS's keys or a rehearsal's."""
    assert Settings.read(_GOOD | {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BUCKET", ""),
        ("BUCKET", "s3://runs"),
        ("AWS_REGION", "Seoul"),
        ("QUEUE_URL", ""),
        ("QUEUE_URL", "music"),
        ("NAMESPACE", ""),
        ("WORKFLOW_TEMPLATE", "Music!"),
        ("IDENTITY_ISSUER", ""),
        ("IDENTITY_ISSUER", "http://login.example.com"),
        ("IDENTITY_ISSUER", "https://"),
        ("IDENTITY_SIGNER", ""),
        ("IDENTITY_SIGNER", "*"),
        ("IDENTITY_SIGNER", "arn:aws:elasticloadbalancing:"),
        ("IDENTITY_SIGNER", "arn:aws:elasticloadbalancing:ap-northeast-2:*:loadbalancer/app/"),
        ("IDENTITY_SIGNER", BALANCERS.rstrip("/")),
        ("IDENTITY_SIGNER", f"{BALANCERS}music"),
        ("IDENTITY_KEYS", "http://keys.example.com"),
        ("IDENTITY_KEYS", "https://keys.example.com"),
        ("IDENTITY_KEYS", "https://amazonaws.com.example.com"),
        ("IDENTITY_KEYS", "http://x.amazonaws.com"),
        ("IDENTITY_KEYS", "http://127.0.0.1@keys.example.com"),
        ("IDENTITY_KEYS", "file:///keys"),
        ("MOST_BYTES", "0"),
        ("MOST_BYTES", "5368709121"),
        ("OPEN_RUNS", "many"),
        ("PAGE", "/nowhere"),
        ("PORT", "65536"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(name: str, value: str) -> None:
    """The program does not start with half a configuration, and never open to everybody."""
    with pytest.raises(SettingsError) as raised:
        Settings.read(_GOOD | {name: value})

    assert str(raised.value).startswith(f"{name} is {value!r}: it has to be ")


def test_a_page_is_a_directory_with_an_index(tmp_path: Path) -> None:
    """Looked at before anything is served."""
    (tmp_path / "index.html").touch()

    assert Settings.read(_GOOD | {"PAGE": str(tmp_path)}).page == tmp_path
