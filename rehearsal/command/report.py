"""Shows what stands after a deploy: stacks, nodes, workloads, and what was not rehearsed."""

import json
import shutil
from pathlib import Path

from lightkube import Client, KubeConfig
from rich.console import Console
from rich.table import Table

from rehearsal.cloud.emulator import Emulator
from rehearsal.command.nodes import nodes_table
from rehearsal.command.record import Record
from rehearsal.command.workloads import workloads_table
from rehearsal.command.workplace import Workplace


def show(workplace: Workplace, cloud: Emulator, record: Record, console: Console) -> None:
    """Print the report of a running rehearsal."""
    console.print(_stacks(record))
    if record.cluster:
        config = KubeConfig.from_file(workplace.kubeconfig)
        client = Client(config=config, trust_env=False)
        console.print(nodes_table(client))
        console.print(workloads_table(client))
    console.print(_not_rehearsed(cloud, record))
    for line in _ways_to_look(workplace, cloud, record):
        console.print(line, markup=False, soft_wrap=True)


def _stacks(record: Record) -> Table:
    table = Table(title="Stacks", title_justify="left")
    table.add_column("stack")
    table.add_column("seconds", justify="right")
    for name, seconds in record.stacks.items():
        table.add_row(name, "no change" if seconds is None else f"{seconds:.0f}")
    return table


def _not_rehearsed(cloud: Emulator, record: Record) -> Table:
    table = Table(title="Not rehearsed, or not as in AWS", title_justify="left", show_header=False)
    for note in sorted(cloud.charts.glob("*.json")):
        chart = json.loads(note.read_text())
        table.add_row(f"chart {chart['chart']} {chart['version']}", chart["rehearsed"])
    table.add_row("machines and containers", "nodes and pods are played, after the image's notes")
    if record.images:
        table.add_row("images", f"{record.images} digests, none built here: assumed to start")
    table.add_row("MySQL, caches, load balancers", "AWS records only; nothing listens")
    return table


def _ways_to_look(workplace: Workplace, cloud: Emulator, record: Record) -> list[str]:
    own = _short(workplace.toolchain.bin / "kubectl")
    kubectl = "kubectl" if shutil.which("kubectl") else own
    lines = [
        "",
        f"{record.stack}: {record.seconds:.0f} s, order of creation from seed {workplace.seed}",
    ]
    if record.cluster:
        lines += [
            f"  export KUBECONFIG={_short(workplace.kubeconfig)}",
            f"  {kubectl} get pods -A -o wide",
        ]
    lines.append(f"  AWS at {cloud.endpoint}, log {_short(cloud.log)}")
    return lines


def _short(path: Path) -> str:
    """Name a path from here if it lies below."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
