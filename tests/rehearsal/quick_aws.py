"""Takes the place of the AWS CLI in the orders drill: its two commands of EKS, fifty times faster.

The CDK's kubectl handler calls the CLI twice for each resource, and most of a round would be the
CLI loading itself. Requests and tokens are signed by the role of the function, as always, so that
what a role lacks is refused as always.

Runs as a file of its own: nothing but the standard library here.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_LIFETIME_SECONDS = 60


class Signer:
    """Signs a GET by the role of this function, for one service and now (SigV4)."""

    def __init__(self, service: str) -> None:
        self.moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        self._scope = f"{self.moment[:8]}/{os.environ['AWS_REGION']}/{service}/aws4_request"

    @property
    def credential(self) -> str:
        return f"{os.environ['AWS_ACCESS_KEY_ID']}/{self._scope}"

    def signature(self, url: str, headers: Mapping[str, str]) -> str:
        """Return the signature of an address, whose query is sorted, and of lower-case headers."""
        parts = urlsplit(url)
        request = [
            *("GET", parts.path, parts.query),
            *(f"{name}:{headers[name]}" for name in sorted(headers)),
            *("", ";".join(sorted(headers)), hashlib.sha256(b"").hexdigest()),
        ]
        digest = hashlib.sha256("\n".join(request).encode()).hexdigest()
        key = f"AWS4{os.environ['AWS_SECRET_ACCESS_KEY']}".encode()
        for part in self._scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        text = f"{_ALGORITHM}\n{self.moment}\n{self._scope}\n{digest}"
        return hmac.digest(key, text.encode(), "sha256").hex()


def token(cluster: str) -> str:
    """Answer `aws eks get-token`: a signed call to STS, which nobody makes."""
    signer = Signer("sts")
    host = f"sts.{os.environ['AWS_REGION']}.amazonaws.com"
    headers = {"host": host, "x-k8s-aws-id": cluster}
    query = {
        "Action": "GetCallerIdentity",
        "Version": "2011-06-15",
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": signer.credential,
        "X-Amz-Date": signer.moment,
        "X-Amz-Expires": str(_LIFETIME_SECONDS),
        "X-Amz-Security-Token": os.environ["AWS_SESSION_TOKEN"],
        "X-Amz-SignedHeaders": ";".join(headers),
    }
    url = f"https://{host}/?{urlencode(query, quote_via=quote, safe='')}"
    signed = f"{url}&X-Amz-Signature={signer.signature(url, headers)}"
    text = base64.urlsafe_b64encode(signed.encode()).decode().rstrip("=")
    return json.dumps(
        {
            "kind": "ExecCredential",
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "spec": {},
            "status": {"token": f"k8s-aws-v1.{text}"},
        }
    )


def describe(cluster: str) -> dict[str, Any]:
    signer = Signer("eks")
    url = f"{os.environ['AWS_ENDPOINT_URL']}/clusters/{cluster}"
    headers = {
        "host": urlsplit(url).netloc,
        "x-amz-date": signer.moment,
        "x-amz-security-token": os.environ["AWS_SESSION_TOKEN"],
    }
    authorization = (
        f"{_ALGORITHM} Credential={signer.credential}, SignedHeaders={';'.join(headers)}, "
        f"Signature={signer.signature(url, headers)}"
    )
    request = urllib.request.Request(url, headers={**headers, "Authorization": authorization})  # noqa: S310 - http on this machine
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        found: dict[str, Any] = json.load(answer)["cluster"]
    return found


def kubeconfig(cluster: str) -> str:
    found = describe(cluster)
    program = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": ["eks", "get-token", "--cluster-name", cluster],
    }
    server = {
        "server": found["endpoint"],
        "certificate-authority-data": found["certificateAuthority"]["data"],
    }
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": cluster, "cluster": server}],
            "users": [{"name": cluster, "user": {"exec": program}}],
            "contexts": [{"name": cluster, "context": {"cluster": cluster, "user": cluster}}],
            "current-context": cluster,
        }
    )


def main() -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("command", nargs=2)
    parser.add_argument("--name")
    parser.add_argument("--cluster-name")
    parser.add_argument("--kubeconfig", type=Path)
    asked, _ = parser.parse_known_args()
    if asked.command == ["eks", "get-token"]:
        sys.stdout.write(token(asked.cluster_name))
    else:
        asked.kubeconfig.write_text(kubeconfig(asked.name))
        asked.kubeconfig.chmod(0o600)


if __name__ == "__main__":
    main()
