"""The S3 client: endpoint, timeouts, retries; and its errors as `Failure`.

botocore alone: importing boto3 takes half as long again and adds nothing that is used here.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from botocore import exceptions
from botocore.config import Config
from botocore.httpsession import ProxyConfiguration, where
from botocore.session import get_session
from botocore.utils import get_environ_proxies

from model_store.failure import ExitCode, Failure
from model_store.transfer.tasks import Route

_MISSING = {"NoSuchKey", "NoSuchVersion", "404"}
_CREDENTIALS = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidToken",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "TokenRefreshRequired",
    "UnrecognizedClientException",
}
_DAMAGED = {"BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch"}

_NO_CREDENTIALS = (
    exceptions.CredentialRetrievalError,
    exceptions.LoginError,
    exceptions.MetadataRetrievalError,
    exceptions.NoAuthTokenError,
    exceptions.NoCredentialsError,
    exceptions.PartialCredentialsError,
    exceptions.ProfileNotFound,
    exceptions.SSOError,
    exceptions.TokenRetrievalError,
)
_OUT_OF_REACH = (
    exceptions.ConnectionError,
    exceptions.HTTPClientError,
    exceptions.IncompleteReadError,
)


_ATTEMPTS = 5
_CONNECT_SECONDS = 5
_READ_SECONDS = 60
_CONNECTIONS = 16


@contextmanager
def asking_to(action: str, url: str, *, remedy: str = "") -> Iterator[None]:
    """Turn what botocore raises into `Failure`; `remedy` is for when there is no such object.

    `action` is a verb ("read"), `url` the S3 URI of the object.
    """
    try:
        yield
    except exceptions.ClientError as error:
        raise _refused(error, action, url, remedy) from error
    except _NO_CREDENTIALS as error:
        raise Failure(
            ExitCode.NOT_PERMITTED,
            f"cannot {action} {url} without credentials of AWS: {_one_line(error)}",
        ) from error
    except _OUT_OF_REACH as error:
        raise Failure(
            ExitCode.UNAVAILABLE, f"S3 cannot be reached to {action} {url}: {_one_line(error)}"
        ) from error
    except exceptions.BotoCoreError as error:
        raise Failure(
            ExitCode.ARGUMENTS, f"S3 cannot be asked to {action} {url}: {_one_line(error)}"
        ) from error


def other_region(client_region: str, response: Any) -> Failure | None:  # noqa: ANN401 - untyped
    """Return the failure if S3's response says that the bucket lies in another region.

    `response` is botocore's pair of the HTTP response and its parsed body, or None.
    """
    if response is None or response[0].status_code not in (301, 307, 400):
        return None
    parsed = response[1]
    headers = parsed.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    region = headers.get("x-amz-bucket-region") or parsed.get("Error", {}).get("Region")
    if region in (None, client_region):
        return None
    return Failure(
        ExitCode.UNAVAILABLE,
        f"the bucket lies in {region}, not in {client_region}: set AWS_REGION={region}",
    )


def status(error: exceptions.ClientError) -> int:
    """Return the HTTP status of S3's response; a HEAD has nothing else to say."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _refused(error: exceptions.ClientError, action: str, url: str, remedy: str) -> Failure:
    code = error.response["Error"].get("Code", "")
    said = f"{code}: {_one_line(error.response['Error'].get('Message', ''))}"
    if code == "NoSuchBucket":
        bucket = url.split("/")[2]
        sentence = f"there is no bucket {bucket}: check its name and the account you are in"
        return Failure(ExitCode.NOT_FOUND, sentence)
    if code in _MISSING:
        return Failure(ExitCode.NOT_FOUND, f"there is no {url}" + (remedy and f": {remedy}"))
    if code in _CREDENTIALS:
        sentence = f"S3 does not accept the credentials to {action} {url} ({said})"
        return Failure(ExitCode.NOT_PERMITTED, sentence)
    if code in _DAMAGED:
        sentence = f"S3 received other bytes than were sent for {url} ({said}): try again"
        return Failure(ExitCode.DAMAGED, sentence)
    if status(error) == 403:  # noqa: PLR2004 - HTTP's own number
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, Permissions.
        missing = "; without the right to list, a missing object reads the same"
        sentence = f"not permitted to {action} {url} ({said})"
        sentence += missing if action in ("read", "look up") else ""
        return Failure(ExitCode.NOT_PERMITTED, sentence)
    later = ": try again later" if status(error) >= 500 else ""  # noqa: PLR2004 - as above
    return Failure(ExitCode.UNAVAILABLE, f"S3 did not {action} {url} ({said}){later}")


def _one_line(text: object) -> str:
    return " ".join(str(text).split()).rstrip(".")


def s3_client() -> Any:  # noqa: ANN401 - botocore ships no types
    """Return a client for the region and the endpoint of the environment; raise `Failure`."""
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        max_pool_connections=_CONNECTIONS,
        signature_version="s3v4",
        # Without it presigned URLs go to the global endpoint, which redirects new buckets.
        # An address such as 127.0.0.1, and a bucket with dots, get the path style all the same.
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
        # What is read here is verified by hashes of our own.
        response_checksum_validation="when_required",
    )
    # botocore knows AWS_DEFAULT_REGION only: https://github.com/boto/boto3/issues/3620
    region = os.environ.get("AWS_REGION") or None
    try:
        client = get_session().create_client("s3", region_name=region, config=config)
    except ValueError as error:
        sentence = f"the environment names no region or endpoint of S3: {error}"
        raise Failure(ExitCode.ARGUMENTS, sentence) from error

    def refuse_other_region(response: Any, **_: object) -> None:  # noqa: ANN401 - untyped
        if failure := other_region(client.meta.region_name, response):
            raise failure

    # botocore would follow the bucket to its region, presigned URLs would not.
    client.meta.events.register_first("needs-retry.s3", refuse_other_region)
    return client


def route_to(endpoint: str) -> Route:
    """Return the way on which botocore reaches an endpoint: one setting must do for both.

    Raises `Failure` for a proxy that it can use and a download cannot.
    """
    proxies = ProxyConfiguration(get_environ_proxies(endpoint))
    url = proxies.proxy_url_for(endpoint) or ""
    proxy = urlsplit(url)
    if url and proxy.scheme != "http":
        address = f"{proxy.scheme}://{proxy.hostname}"
        sentence = f"models cannot be downloaded by the proxy {address}, which itself speaks TLS"
        raise Failure(ExitCode.ARGUMENTS, f"{sentence}: name one that begins with http://")
    authorities = get_session().get_config_variable("ca_bundle")
    return Route(
        proxy=proxy.netloc.rpartition("@")[2],
        proxy_headers=proxies.proxy_headers_for(url),
        authorities=authorities or os.environ.get("REQUESTS_CA_BUNDLE") or where(),
    )
