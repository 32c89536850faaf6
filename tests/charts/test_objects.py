"""How objects get into charts."""

import cdk8s
from lightkube.models.core_v1 import ConfigMap
from lightkube.models.meta_v1 import ObjectMeta

from charts.objects import add


def test_an_object_comes_out_as_it_went_in() -> None:
    """Name, namespace and content are those of the object; nothing is added to them."""
    thing = ConfigMap(
        apiVersion="v1",
        kind="ConfigMap",
        metadata=ObjectMeta(name="greeting", namespace="somewhere", labels={"a": "b"}),
        data={"de": "Grüß Gott", "empty": ""},
    )
    chart = cdk8s.Chart(cdk8s.App(), "example")
    add(chart, thing)
    assert chart.to_json() == [thing.to_dict()]
