"""The password of a database role that logs in by IAM: a presigned address, valid for minutes."""

import os

import botocore.session
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError

_LIFETIME_SECONDS = 900


def database_token(host: str, port: int, user: str) -> str:
    """Sign the login of a user with the role of this function.

    By hand, since the client of RDS that botocore would need for it is the largest part of a
    function's start.
    """
    credentials = botocore.session.get_session().get_credentials()
    if credentials is None:
        raise NoCredentialsError
    request = AWSRequest(method="GET", url=f"https://{host}:{port}/?Action=connect&DBUser={user}")
    region = os.environ["AWS_REGION"]
    SigV4QueryAuth(credentials, "rds-db", region, expires=_LIFETIME_SECONDS).add_auth(request)
    return str(request.url).removeprefix("https://")
