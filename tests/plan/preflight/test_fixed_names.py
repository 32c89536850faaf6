"""Whether a name that we choose is free, or already the stack's."""

import pytest

from plan.preflight.fixed_names import fixed_names
from plan.preflight.verdicts import Check, Missing, Ready
from tests.plan.assemblies import REGION, Written, assembled, manifest, resource, thing
from tests.plan.preflight.played_aws import NUMBER, PlayedAws


def _checks() -> dict[str, Check]:
    """Return the checks of a cluster, and of the repositories of its pods' images."""
    image = f"{NUMBER}.dkr.ecr.{REGION}.amazonaws.com/avadot/tarot:1"
    pod = thing("Pod", spec={"containers": [{"name": "tarot", "image": image}]})
    cluster = resource("AWS::EKS::Cluster", "Top/Thing", {"Name": "avadot-cluster"})
    top = {"Thing": cluster, "Pods": manifest("Top/Pods", pod)}
    made = {
        name: resource("AWS::ECR::Repository", f"Registry/{name}", {"RepositoryName": path})
        for name, path in (("Tarot", "avadot/tarot"), ("Other", "another/app"))
    }
    whole = assembled(Written(name="Top", resources=top), Written(name="Registry", resources=made))
    return {check.title: check for check in fixed_names(whole.only("Top"), whole)}


_CHECKS = _checks()
_REPOSITORY, _CLUSTER = _CHECKS["name avadot/tarot"], _CHECKS["name avadot-cluster"]


def test_names_are_asked_of_what_is_to_be_deployed() -> None:
    """A repository of another system's image is not."""
    assert _CHECKS.keys() == {"name avadot/tarot", "name avadot-cluster"}


def test_what_the_stack_has_made_is_ready(aws: PlayedAws) -> None:
    """Nobody else is asked."""
    aws.has("Thing", "avadot-cluster")

    assert _CLUSTER.ask(aws.account) == Ready("of Top")


@pytest.mark.parametrize(
    ("check", "service", "operation", "code"),
    [
        (_REPOSITORY, "ecr", "describe_repositories", "RepositoryNotFoundException"),
        (_CLUSTER, "eks", "describe_cluster", "ResourceNotFoundException"),
    ],
)
def test_a_free_name_is_ready(
    aws: PlayedAws, check: Check, service: str, operation: str, code: str
) -> None:
    """AWS knows nothing of it."""
    aws.lacks_stack("Top")
    aws.refuses(service, operation, code)

    assert check.ask(aws.account) == Ready("free")


def test_a_name_that_something_else_has_is_missing(aws: PlayedAws) -> None:
    """CloudFormation would fail with "already exists"; the stack can take it over."""
    aws.lacks_stack("Top")
    aws.answers("ecr", "describe_repositories", {"repositories": []})

    assert _REPOSITORY.ask(aws.account) == Missing(
        "it exists, and is not of Registry", "npx cdk import Registry"
    )
