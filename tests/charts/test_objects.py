"""How objects get into charts."""

import subprocess
import sys
from pathlib import Path

import cdk8s
from lightkube.models.core_v1 import ConfigMap
from lightkube.models.meta_v1 import ObjectMeta

from charts.objects import add

_ROOT = Path(__file__).parents[2]


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


def test_charts_load_no_kubernetes_client() -> None:
    """Drawing needs the types only; the client behind them would slow every synth down."""
    _python("import charts.service, sys; assert 'lightkube.core.client' not in sys.modules")


def test_the_client_is_there_for_who_wants_it() -> None:
    """After the charts, lightkube's client can be imported and knows the same types."""
    _python(
        "import charts.service, lightkube; assert lightkube.Client; "
        "from lightkube.models.core_v1 import Pod; from lightkube.resources import core_v1; "
        "assert issubclass(core_v1.Pod, Pod)"
    )


def _python(program: str) -> None:
    """Run a program in an interpreter of its own, since imports are remembered."""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=_ROOT)
