"""Show a system's dashboards: `python -m tools.dashboards STACK [PROMETHEUS]`, until Ctrl-C."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from settings.checks import SettingError, require
from settings.system import folder_of
from settings.systems import named, systems
from tools.dashboards.server import PrometheusError, Server, ask


def main() -> int:
    """Serve the page, and print where it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.dashboards", description=__doc__)
    parser.add_argument("stack", help="a system in an environment")
    parser.add_argument("prometheus", nargs="?", default="http://127.0.0.1:9090")
    arguments = parser.parse_args()
    try:
        dashboards = _dashboards(arguments.stack)
    except SettingError as error:
        print(f"settings: {error}", file=sys.stderr)
        return 2
    prometheus = arguments.prometheus.rstrip("/")
    try:
        ask(prometheus, "/api/v1/query", "query=up")
    except PrometheusError as error:
        print(f"dashboards: {error}; it is asked again whenever a panel is drawn", file=sys.stderr)
    with Server(dashboards, prometheus) as server, suppress(KeyboardInterrupt):
        print(f"{len(dashboards)} dashboards over {prometheus}: {server.url}", flush=True)
        server.serve_forever()
    return 0


def _dashboards(stack: str) -> Sequence[Any]:
    system: Any = named(stack, systems())[0]
    name = f"charts.{folder_of(type(system))}.dashboards"
    require(find_spec(name), "system", stack, "it has no dashboards; DubbingProd has some")
    found: Sequence[Any] = import_module(name).dashboards(system.watching)
    return found


if __name__ == "__main__":
    sys.exit(main())
