"""Show a system's dashboards: `python -m tools.dashboards FOLDER [PROMETHEUS]`, until Ctrl-C."""

import argparse
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from tools.dashboards.server import PrometheusError, Server, ask


def main() -> int:
    """Serve the page, and print where it is."""
    parser = argparse.ArgumentParser(prog="python -m tools.dashboards", description=__doc__)
    folders = sorted(path.parent.name for path in Path("charts").glob("*/dashboards"))
    parser.add_argument("folder", choices=folders, help="of the system")
    parser.add_argument("prometheus", nargs="?", default="http://127.0.0.1:9090")
    arguments = parser.parse_args()
    watching = import_module(f"settings.{arguments.folder}.watching").WATCHING
    dashboards = import_module(f"charts.{arguments.folder}.dashboards").dashboards(watching)
    prometheus = arguments.prometheus.rstrip("/")
    try:
        ask(prometheus, "/api/v1/query", "query=up")
    except PrometheusError as error:
        print(f"dashboards: {error}; it is asked again whenever a panel is drawn", file=sys.stderr)
    with Server(dashboards, prometheus) as server, suppress(KeyboardInterrupt):
        print(f"{len(dashboards)} dashboards over {prometheus}: {server.url}", flush=True)
        server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
