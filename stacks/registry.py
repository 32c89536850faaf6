"""The image registry: exists before the first release, and serves every environment."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from constructs import Construct

from settings.images import Image

_UNTAGGED_DAYS = 14
"""Parts of failed pushes. What has a tag stays: a count of images would one day remove the one
that production runs, and its next pod could not start."""


class RegistryStack(cdk.Stack):
    """One repository for each image of a system, the mirrored ones included.

    The names are fixed, since the reviewed file and whoever pushes an image spell them out.
    """

    def __init__(
        self, scope: Construct, id: str, *, title: str, region: str, images: Mapping[str, Image]
    ) -> None:
        super().__init__(
            scope,
            id,
            env=cdk.Environment(region=region),
            description=f"{title}: image registry",
            termination_protection=True,
        )
        for repository in dict.fromkeys(image.repository for image in images.values()):
            ecr.Repository(
                self,
                # After the repository, not after whoever runs its image: under another id a
                # repository that exists could not be created.
                repository.partition("/")[2],
                repository_name=repository,
                image_tag_mutability=ecr.TagMutability.IMMUTABLE,
                image_scan_on_push=True,
                encryption=ecr.RepositoryEncryption.AES_256,
                removal_policy=cdk.RemovalPolicy.RETAIN,
                lifecycle_rules=[
                    ecr.LifecycleRule(
                        tag_status=ecr.TagStatus.UNTAGGED,
                        max_image_age=cdk.Duration.days(_UNTAGGED_DAYS),
                    )
                ],
            )
