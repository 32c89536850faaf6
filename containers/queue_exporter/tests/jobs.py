"""Real jobs of BullMQ, in every state that it has."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

from bullmq import FlowProducer, Queue, Worker

Jobs = Mapping[str, int]


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(work)


async def counts(port: int, name: str) -> Jobs:
    """Return what BullMQ itself counts."""
    queue = Queue(name, _connected(port))
    try:
        found: Jobs = await queue.getJobCounts(
            *("wait", "paused", "active"),
            *("prioritized", "delayed", "waiting-children", "completed", "failed"),
        )
        return found
    finally:
        await queue.close()


async def add(port: int, name: str, *jobs: Mapping[str, Any]) -> None:
    """Add jobs, each with its options."""
    queue = Queue(name, _connected(port))
    try:
        for options in jobs:
            await queue.add("dub", {}, dict(options))
    finally:
        await queue.close()


async def fill(port: int, name: str) -> None:
    """Bring jobs into each state: 4 wait, 3 work, 2 have a priority, and so on."""
    flows = FlowProducer(_connected(port)["connection"])
    worker = Worker(name, _never, {**_connected(port), "autorun": False})
    try:
        await add(port, name, *[{}] * 6)
        for end in ("completed", "completed", "failed"):
            job = await worker.getNextJob("token")
            if end == "completed":
                await job.moveToCompleted("done", "token")
            else:
                await job.moveToFailed(RuntimeError("boom"), "token")
        for _ in range(3):
            await worker.getNextJob("token")
        child = {"name": "part", "queueName": f"{name}-parts", "data": {}}
        await flows.add({"name": "whole", "queueName": name, "data": {}, "children": [child]})
        later = [{"delay": 60_000}] * 5
        await add(port, name, *[{}] * 4, {"priority": 2}, {"priority": 9}, *later)
    finally:
        await worker.close(force=True)
        await flows.close()


async def _never(*_: object) -> None:
    """Stand for a processor, of which nothing is asked."""


def _connected(port: int) -> dict[str, Any]:
    return {"connection": {"host": "127.0.0.1", "port": port}}
