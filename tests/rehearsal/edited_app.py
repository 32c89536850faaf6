"""The application of a copied tree, with the edits that its edits.json holds.

A copy's cdk.json names this program instead of app.py, whose work it does.
"""

import sys
from pathlib import Path
from typing import Any

import cdk8s

import app
from settings.systems import systems
from tests.rehearsal.edits import FILE, EditError, ObjectEdit, read


def main() -> None:
    """Synthesize every environment, edited."""
    edits = read(Path(FILE))
    environments = systems()
    for setting in (edit for edit in edits if not isinstance(edit, ObjectEdit)):
        environments = setting.applied(environments)
    missing = _edit_objects([edit for edit in edits if isinstance(edit, ObjectEdit)])
    app.build_app(environments, validate=False).synth()
    if missing:
        message = f"no chart has {', '.join(f'{one.kind} {one.name}' for one in missing)}"
        raise EditError(message)


def _edit_objects(edits: list[ObjectEdit]) -> list[ObjectEdit]:
    """Edit what charts render from now on; the list holds what has not been rendered yet."""
    render = cdk8s.Chart.to_json
    missing = list(edits)

    def edited(chart: cdk8s.Chart) -> list[Any]:
        documents = render(chart)
        for edit in edits:
            for document in filter(edit.is_of, documents):
                edit.apply(document)
                missing[:] = [one for one in missing if one != edit]
        return documents

    cdk8s.Chart.to_json = edited  # type: ignore[method-assign, assignment]
    return missing


if __name__ == "__main__":
    try:
        main()
    except (EditError, ValueError) as error:
        sys.exit(f"drill: {error}")
