"""The token by which a cluster knows an IAM role: a presigned call, as `aws eks get-token` does."""

import base64

import botocore.session
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import NoCredentialsError

PREFIX = "k8s-aws-v1."
CLUSTER_HEADER = "x-k8s-aws-id"
# EKS itself accepts a token for 15 minutes; the signature is used at once.
URL_LIFETIME_SECONDS = 60


def cluster_token(cluster: str, region: str) -> str:
    """Sign `sts:GetCallerIdentity` for one cluster with the role of this function."""
    session = botocore.session.get_session()
    credentials = session.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    # Nobody is called here: the cluster reads the address and insists on that of STS itself, so
    # an endpoint that is configured for this process, such as an emulator's, must not show in it.
    host = f"sts.{region}.amazonaws.com"
    url = f"https://{host}/?Action=GetCallerIdentity&Version=2011-06-15"
    request = AWSRequest(method="GET", url=url, headers={CLUSTER_HEADER: cluster})
    SigV4QueryAuth(credentials, "sts", region, expires=URL_LIFETIME_SECONDS).add_auth(request)
    signed = str(request.url).encode()
    return PREFIX + base64.urlsafe_b64encode(signed).decode().rstrip("=")
