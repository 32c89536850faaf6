"""Stacks whose rollback failed: no deploy begins before they are out of that state."""

from collections.abc import Callable, Sequence
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from rehearsal.command.workplace import UpError

_STUCK = "UPDATE_ROLLBACK_FAILED"


def continue_rollbacks(
    cloudformation: Any,  # noqa: ANN401
    stacks: Sequence[str],
    say: Callable[[str], None],
) -> None:
    """End failed rollbacks of the stacks as one would on AWS, and say by which command.

    What cannot be rolled back is left as it is. Raises `UpError` if even that does not help.
    """
    for stack in stacks:
        if _status(cloudformation, stack) != _STUCK:
            continue
        skipped: list[str] = []
        if not _continue(cloudformation, stack, skipped):
            skipped = _failed(cloudformation, stack)
            if not skipped or not _continue(cloudformation, stack, skipped):
                message = f"{stack} stays in {_STUCK}: `make down` and `make up` begin anew"
                raise UpError(message)
        without = f" --resources-to-skip {' '.join(skipped)}" if skipped else ""
        say(
            f"{stack} was in {_STUCK}; on AWS: `aws cloudformation continue-update-rollback "
            f"--stack-name {stack}{without}`"
        )


def _continue(cloudformation: Any, stack: str, skipped: Sequence[str]) -> bool:  # noqa: ANN401
    given = {"ResourcesToSkip": skipped} if skipped else {}
    cloudformation.continue_update_rollback(StackName=stack, **given)
    try:
        waiter = cloudformation.get_waiter("stack_rollback_complete")
        waiter.wait(StackName=stack, WaiterConfig={"Delay": 1})
    except WaiterError:
        return False
    return True


def _status(cloudformation: Any, stack: str) -> str:  # noqa: ANN401
    try:
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError:  # there is none yet
        return ""
    return str(found["StackStatus"])


def _failed(cloudformation: Any, stack: str) -> list[str]:  # noqa: ANN401
    """Return what failed since the rollback was begun or continued."""
    failed = []
    for event in cloudformation.describe_stack_events(StackName=stack)["StackEvents"]:
        if event["ResourceStatus"] == "UPDATE_ROLLBACK_IN_PROGRESS":
            break
        if event["ResourceStatus"] == "UPDATE_FAILED":
            failed.append(event["LogicalResourceId"])
    return failed
