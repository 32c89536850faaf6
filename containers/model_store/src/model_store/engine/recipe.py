"""What trtexec is asked to build: the arguments that the model's own trt_info.json gives."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from model_store.failure import ExitCode, Failure

BUILD_RULES = 1
"""Raise it when what follows from the same arguments changes, here or in `build`."""

TRACKS = 1
"""The server speaks for one stream per GPU, and each slot of a batch costs 64 MB of noise input."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_BATCHES = ("MAX_BATCH_SIZE", "OPT_BATCH_SIZE")
_POOLS = "--memPoolSize="

Arguments = tuple[str, ...]


@dataclass(frozen=True)
class Recipe:
    """The arguments of trt_info.json, with {PLACEHOLDERS}, and values for those that have one.

    The format is that of audio2face/train_diffusion.py and train_regression.py in
    NVIDIA/Audio2Face-3D-Training-Framework; the second writes placeholders without values.
    """

    templates: Arguments
    defaults: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> "Recipe":
        """Read trt_info.json; raise `Failure` if it does not say what to build."""
        try:
            match json.loads(path.read_text(encoding="utf-8")):
                case {"trt_build_param": parameters, **others}:
                    recipe = cls(tuple(_texts(parameters)), _values(others.get("defaults", {})))
                    recipe.arguments(TRACKS)
                    return recipe
            reason = "it has no trt_build_param"
        except (FileNotFoundError, ValueError, RecursionError) as error:
            reason = str(error)
        raise Failure(ExitCode.NO_ENGINE, f"{path} does not say how to build the engine: {reason}")

    def arguments(self, batch: int) -> Arguments:
        """Fill in the batch; raise `ValueError` for a placeholder that has no value."""
        values = self.defaults | dict.fromkeys(_BATCHES, str(batch))

        def value(found: "re.Match[str]") -> str:
            if found[1] not in values:
                message = f"{found[0]} has no value in its defaults"
                raise ValueError(message)
            return values[found[1]]

        return tuple(_PLACEHOLDER.sub(value, template) for template in self.templates)

    def attempts(self, memory_mib: int) -> Iterator[Arguments]:
        """Yield what to try, one after the other, while the GPU's memory does not suffice.

        First smaller batches. Then half of the memory as workspace: by default a single tactic
        may ask for all of it, where weights and activations lie too (NVIDIA/TensorRT#4258).
        """
        batch = TRACKS
        while batch:
            yield self.arguments(batch)
            batch //= 2
        yield _with_workspace(self.arguments(1), memory_mib // 2)


def _texts(parameters: object) -> Iterator[str]:
    """Yield the arguments of all groups in their order."""
    match parameters:
        case str(text):
            yield text
        case list(values):
            for value in values:
                yield from _texts(value)
        case dict(groups):
            yield from _texts(list(groups.values()))
        case _:
            message = f"{parameters!r} is no argument of trtexec"
            raise ValueError(message)


def _values(defaults: object) -> dict[str, str]:
    match defaults:
        case dict(values):
            return {name: str(value) for name, value in values.items()}
    message = f"its defaults are {defaults!r}"
    raise ValueError(message)


def _with_workspace(arguments: Arguments, mib: int) -> Arguments:
    """Limit the workspace; trtexec takes --memPoolSize only once, with all pools in it."""
    pools = [argument for argument in arguments if argument.startswith(_POOLS)]
    others = [argument for argument in arguments if not argument.startswith(_POOLS)]
    sizes = [pool.removeprefix(_POOLS) for pool in pools]
    return (*others, _POOLS + ",".join([*sizes, f"workspace:{mib}"]))
