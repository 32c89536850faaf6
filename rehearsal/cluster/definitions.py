"""Custom resource definitions of controllers that do not run here, or not as in AWS."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lightkube import Client
from lightkube.models.apiextensions_v1 import (
    CustomResourceDefinitionNames,
    CustomResourceDefinitionSpec,
    CustomResourceDefinitionVersion,
    CustomResourceValidation,
    JSONSchemaProps,
)
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apiextensions_v1 import CustomResourceDefinition


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A kind that the API server is to accept with any content."""

    group: str
    version: str
    kind: str
    plural: str
    scope: Literal["Namespaced", "Cluster"] = "Namespaced"
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.plural}.{self.group}"

    def define(self, client: Client) -> None:
        """Teach the API server this kind and wait until it knows it."""
        client.apply(self._object(), field_manager="rehearsal", force=True)
        client.wait(CustomResourceDefinition, self.name, for_conditions=["Established"])

    def _object(self) -> CustomResourceDefinition:
        anything = JSONSchemaProps(type="object", x_kubernetes_preserve_unknown_fields=True)
        version = CustomResourceDefinitionVersion(
            name=self.version,
            served=True,
            storage=True,
            schema=CustomResourceValidation(openAPIV3Schema=anything),
        )
        names = CustomResourceDefinitionNames(
            kind=self.kind, plural=self.plural, singular=self.kind.lower()
        )
        return CustomResourceDefinition(
            metadata=ObjectMeta(name=self.name, annotations=dict(self.annotations)),
            spec=CustomResourceDefinitionSpec(
                group=self.group, names=names, scope=self.scope, versions=[version]
            ),
        )


SECRET_PROVIDER_CLASS = Definition(
    group="secrets-store.csi.x-k8s.io",
    version="v1",
    kind="SecretProviderClass",
    plural="secretproviderclasses",
)
POD_METRICS = Definition(
    group="metrics.k8s.io",
    version="v1beta1",
    kind="PodMetrics",
    plural="pods",
    # The API server keeps *.k8s.io for itself unless this annotation is set.
    annotations={"api-approved.kubernetes.io": "unapproved, played by the rehearsal"},
)
