"""What a thousand uploads cost in a workflow that uploads begin, without the machines."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from catalog.analyses import assumed
from plan.cost.finding import WorkflowUsage, quote
from plan.model.ai_services import models, transcribing
from plan.model.assembly import Assembly, Resource
from plan.model.failure import reading
from plan.model.figures import figure
from plan.model.roles import policies_of, roles_of
from plan.model.state_machine import State, begun_by_uploads, called, definition, path, round_of

THOUSAND = 1000
_MILLION = Decimal(1_000_000)
_MIB_PER_GB = 1024
_CALL = "arn:aws:states:::lambda:invoke"
_MESSAGE = "arn:aws:states:::sqs:sendMessage"
_DEFAULT_MEMORY = 128
"""What a function has in MiB where its template says nothing."""


def workflow_usage(assembly: Assembly) -> Iterator[WorkflowUsage]:
    """Return what analyses use of things that are paid by use; raise `PlanError`."""
    for machine in begun_by_uploads(assembly):
        region = assembly.region_of(machine)
        with reading(f"{machine.path} in stack {machine.stack}"):
            found = list(_units(assembly, machine))
        for what, units, name, where in found:
            yield WorkflowUsage(
                workflow=machine.service,
                what=what,
                units=units,
                price=quote(where or region, name),
            )


def _units(assembly: Assembly, machine: Resource) -> Iterator[tuple[str, Decimal, str, str | None]]:
    """Yield what is used, how many units of its price, the price, and another region if it is."""
    whole = definition(machine)
    entered = path(whole)
    again = sum(_rounds(state) * len(round_of(whole, state)) for state in entered)
    calls = [state for state in entered if state.get("Resource") == _CALL]
    messages = sum(str(state.get("Resource", "")).startswith(_MESSAGE) for state in entered)
    million = THOUSAND / _MILLION
    yield "events from S3", million, "events.from-s3", None
    yield "state transitions", Decimal(len(entered) + again), "states.transitions", None
    yield from _functions(assembly, machine, calls)
    if messages:
        requests = messages * assumed("requests for each message") * million
        yield "requests to queues", requests, "sqs.requests", None
    workers = [machine, *called(machine, assembly)]
    policies = policies_of(assembly, roles_of(assembly, workers))
    if transcribing(assembly, policies):
        minutes = THOUSAND * assumed("minutes of talk")
        yield "minutes transcribed", minutes, "transcribe.minute", None
    for model in models(assembly, policies):
        read, written = (assumed(f"tokens {way}") * million for way in ("read", "written"))
        yield f"tokens read by {model.name}", read, f"{model.price_name}.in", model.region
        yield f"tokens written by {model.name}", written, f"{model.price_name}.out", model.region


def _rounds(state: State) -> int:
    """Return how often more a wait is entered until what it waits for is there."""
    if state.get("Type") != "Wait" or "Seconds" not in state:
        return 0
    seconds = figure("a wait", "Seconds", state["Seconds"])
    return math.ceil(assumed("seconds until a transcript") / max(seconds, Decimal(1))) - 1


def _functions(
    assembly: Assembly, machine: Resource, calls: list[State]
) -> Iterator[tuple[str, Decimal, str, None]]:
    """Yield the calls of the workflow, and those of an API that begin it and read its result."""
    given: Mapping[str, Any] = machine.properties.get("DefinitionSubstitutions") or {}
    called = Counter(_memory(assembly, machine, given, state) for state in calls)
    requests = Decimal(0)
    if assembly.of_type("AWS::ApiGatewayV2::Api"):
        requests = 1 + assumed("reads of a result")
        yield "requests to HTTP APIs", requests * THOUSAND / _MILLION, "http-api.requests", None
        called[max(called, default=_DEFAULT_MEMORY)] += int(requests)
    seconds = assumed("seconds of a function")
    gb = sum((Decimal(memory) * times for memory, times in called.items()), Decimal(0))
    yield "calls of functions", called.total() * THOUSAND / _MILLION, "lambda.requests", None
    gb_seconds = gb / _MIB_PER_GB * seconds * THOUSAND
    yield "run time of functions", gb_seconds, "lambda.gb-second", None


def _memory(assembly: Assembly, machine: Resource, given: Mapping[str, Any], state: State) -> int:
    """Return the memory of the function that a state calls, which a substitution may name."""
    named = str(state.get("Parameters", {}).get("FunctionName"))
    reference = str(given.get(named.removeprefix("${").removesuffix("}"), named))
    function = assembly.target(machine.stack, reference)
    size = function.properties.get("MemorySize", _DEFAULT_MEMORY) if function else _DEFAULT_MEMORY
    return int(figure(reference, "MemorySize", size))
