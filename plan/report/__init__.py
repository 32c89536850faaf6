"""The plan for people who do not sit at the terminal: a page, and a comment on a pull request."""

from pathlib import Path

from plan.model.failure import PlanError
from plan.picture import alone, pictures
from plan.report.findings import Findings
from plan.report.html import page
from plan.report.markdown import comment

__all__ = ["Findings", "write"]


def write(findings: Findings, directory: Path) -> None:
    """Write plan.html, plan.md and plan.svg, none of them before all three are made.

    Raise `PlanError` for what cannot be drawn, and for a directory that cannot be written to.
    """
    wide, _ = pictures(findings.planned, findings.placements)
    files = {"plan.html": page(findings), "plan.md": comment(findings), "plan.svg": alone(wide)}
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (directory / name).write_text(content, encoding="utf-8")
    except OSError as error:
        message = f"the report cannot be written to {directory}: {error.strerror}"
        raise PlanError(message) from error
