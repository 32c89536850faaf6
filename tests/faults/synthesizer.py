"""`python -m tests.faults.synthesizer`: synthesize the tree that it runs in, again and again.

Most of a synth is the start of Python, of the CDK's library and of its kernel, which no fault of
ours is in: they are started once, and only the application is read anew. Each line of the input
asks for one assembly, each line of the output answers.
"""

import functools
import gc
import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import aws_cdk as cdk

_APPLICATION = frozenset({"app", "settings", "charts", "stacks", "catalog"})
_APP = cdk.App
_OF_TESTS = {
    "aws:cdk:enable-path-metadata": True,  # by its path a resource is found
    "aws:cdk:disable-asset-staging": True,  # else each synth copies 60 MB
}


def main() -> None:
    """Answer until nobody asks any more."""
    answers, sys.stdout = sys.stdout, sys.stderr
    sys.dont_write_bytecode = True
    for line in sys.stdin:
        words = _refusal(**json.loads(line))
        answers.write(json.dumps(words) + "\n")
        answers.flush()


def _refusal(*, system: str, output: str, validate: bool) -> str:
    """Synthesize one system; return what the application or its validation says against it."""
    for name in [name for name in sys.modules if name.partition(".")[0] in _APPLICATION]:
        del sys.modules[name]
    importlib.invalidate_caches()
    gc.collect()
    context = json.loads(Path("cdk.json").read_text())["context"] | _OF_TESTS | {"system": system}
    # As the CDK CLI does it by environment variables, which the kernel has long read.
    cdk.App = functools.partial(_APP, context=context, outdir=output)  # type: ignore[misc, assignment]
    try:
        app = importlib.import_module("app")
        app.build_app(app.systems(), validate=validate).synth()
    except Exception as error:  # noqa: BLE001 - whatever it is, there is no template
        return "\n".join([f"{type(error).__name__}: {error}", *_findings(Path(output))])
    return ""


def _findings(assembly: Path) -> Iterator[str]:
    """Yield the rules of the validation that are broken, with what they say."""
    file = assembly / "validation-report.json"
    for plugin in json.loads(file.read_text())["pluginReports"] if file.exists() else ():
        for one in plugin.get("violations", ()):
            yield f"{one['ruleName']}: {one.get('description')}"


if __name__ == "__main__":
    main()
