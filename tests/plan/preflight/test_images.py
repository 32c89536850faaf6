"""Whether every image is found in ECR."""

from plan.model.assembly import Assembly
from plan.preflight.images import images
from plan.preflight.verdicts import Check, Missing, Ready
from tests.plan.assemblies import Document, Written, assembled, manifest, resource, thing
from tests.plan.preflight.played_aws import NUMBER, PlayedAws

DIGEST = "sha256:" + "ab" * 32
REGISTRY = "${AWS::AccountId}.dkr.ecr.ap-northeast-2.amazonaws.com"


def test_an_image_in_ecr_is_ready(aws: PlayedAws) -> None:
    """It asks for the digest, in the repository and the account of the manifest."""
    request = {
        "registryId": NUMBER,
        "repositoryName": "avadot/tarot",
        "imageIds": [{"imageDigest": DIGEST}],
    }
    aws.answers("ecr", "describe_images", {"imageDetails": [{"imageDigest": DIGEST}]}, request)
    (check,) = _checks(f"{REGISTRY}/avadot/tarot@{DIGEST}")

    assert check.title == "image avadot/tarot"
    assert check.ask(aws.account) == Ready("sha256:abababababab…")


def test_an_image_that_nobody_pushed_is_missing(aws: PlayedAws) -> None:
    """It says where the image has to be pushed to."""
    aws.refuses("ecr", "describe_images", "ImageNotFoundException")
    (check,) = _checks(f"{REGISTRY}/avadot/tarot@{DIGEST}")

    assert check.ask(aws.account) == Missing(
        "sha256:abababababab… is not in ECR",
        f"docker push {NUMBER}.dkr.ecr.ap-northeast-2.amazonaws.com/avadot/tarot:TAG",
    )


def test_a_missing_repository_is_made_by_its_stack(aws: PlayedAws) -> None:
    """The stack that has the repository is named, though no other stack depends on it."""
    aws.refuses("ecr", "describe_images", "RepositoryNotFoundException")
    repository = resource("AWS::ECR::Repository", properties={"RepositoryName": "avadot/tarot"})
    whole = assembled(Written(name="Registry", resources={"Tarot": repository}))
    (check,) = _checks(f"{REGISTRY}/avadot/tarot@{DIGEST}", whole=whole)

    assert check.ask(aws.account) == Missing(
        "its repository is not in ECR", "npx cdk deploy Registry"
    )


def test_images_of_init_containers_count() -> None:
    """A pod starts only when they are there too; each image is asked for once."""
    image = f"{REGISTRY}/avadot/model-store@{DIGEST}"

    titles = [check.title for check in _checks(f"{REGISTRY}/avadot/a2f:1.0", image, image)]

    assert titles == ["image avadot/model-store", "image avadot/a2f"]


def test_other_registries_are_not_asked() -> None:
    """AWS cannot tell of an image that is not in ECR."""
    assert _checks(f"docker.io/library/nginx@{DIGEST}") == []


def _checks(image: str, *init: str, whole: Assembly | None = None) -> list[Check]:
    spec: Document = {
        "initContainers": [{"name": "models", "image": one} for one in init],
        "containers": [{"name": "server", "image": image}],
    }
    deployment = thing("Deployment", spec={"template": {"spec": spec}})
    chosen = assembled(Written(name="Avadot", resources={"Tarot": manifest("", deployment)}))
    return list(images(chosen, whole or chosen))
