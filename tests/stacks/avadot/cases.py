"""What the shared tests must know of Avadot."""

from collections.abc import Mapping
from dataclasses import replace

from settings.avadot import environments
from settings.avadot.system import Avadot
from settings.data import ExistingBucket
from settings.exposure import Domain, LoadBalancer
from settings.systems import images_of

PROD, DEV = (make(images_of(Avadot)) for make in (environments.prod, environments.dev))
OTHERWISE = replace(
    PROD,
    environment="Otherwise",
    namespace="avadot-otherwise",
    load_balancer=LoadBalancer(
        names=Domain(
            name="avadot.example.com",
            certificate_arn="arn:aws:acm:ap-northeast-2:123456789012:certificate/0123-abcd",
        )
    ),
    model_store=replace(PROD.model_store, bucket=ExistingBucket(name="avadot")),
    cluster=replace(
        PROD.cluster, name="otherwise", kubernetes="1.29", api_cidrs=("203.0.113.0/24",)
    ),
)
"""Each alternative that production does not choose, the oldest Kubernetes among them."""
NEXT = replace(
    PROD,
    environment="Next",
    namespace="avadot-next",
    cluster=replace(PROD.cluster, name="next", kubernetes="1.37"),
)
"""Production at a Kubernetes version for which there is no kubectl layer of its own."""

ALTERNATIVES = (OTHERWISE, NEXT)
EVERY = (PROD, DEV, *ALTERNATIVES)
ON_EVERY_RESOURCE: Mapping[str, Mapping[str, str]] = {}
"""What its own stacks may do to every resource: policy, action, reason."""
