"""What goes wrong around the workflow while it is at work."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from tests.functions.guardian.postgres import Postgres

from .deployment import Deployment
from .runs import executions


@contextmanager
def disturbed(postgres: Postgres) -> Iterator[Counter[str]]:
    """Break the connections of the application every other second."""
    broken: Counter[str] = Counter()
    stop = threading.Event()

    def disturb() -> None:
        while not stop.wait(1):
            with postgres.superuser() as connection:
                broken["connections"] += len(
                    connection.run(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE usename = 'guardian_app'"
                    )
                )

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        yield broken
    finally:
        stop.set()
        thread.join()


class Duplicates:
    """Starts a second execution for one in twenty events, as EventBridge may."""

    def __init__(self, deployment: Deployment, known: set[str]) -> None:
        self.started = 0
        self._begun = 0
        self._deployment = deployment
        self._seen = known.copy()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        client = self._deployment.cloud.client("stepfunctions")
        while not self._stop.wait(3):
            new = [
                found["executionArn"]
                for found in executions(self._deployment)
                if found["executionArn"] not in self._seen
            ]
            self._seen.update(new)
            begun, self._begun = self._begun, self._begun + len(new)
            for arn in new[-begun % 20 :: 20]:
                event = client.describe_execution(executionArn=arn)["input"]
                again = client.start_execution(
                    stateMachineArn=self._deployment.state_machine, input=event
                )
                self._seen.add(again["executionArn"])
                self.started += 1
