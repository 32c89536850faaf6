"""A spot machine that EC2 takes back."""

import json
import time
from collections.abc import Mapping

from rehearsal.cloud.emulator import Emulator


def take_spot_machine(
    emulator: Emulator, region: str, instance_id: str, notice_seconds: float
) -> None:
    """Take a machine away as EC2 does: by a notice, and when that is over, whatever runs there.

    Who is to learn of it has to listen: EC2 tells EventBridge and nobody else. The notice is two
    minutes in reality.
    """
    machine = {"instance-id": instance_id}
    notice = machine | {"instance-action": "terminate"}
    _say(emulator, region, "EC2 Spot Instance Interruption Warning", notice)
    time.sleep(notice_seconds)
    emulator.client("ec2", region).terminate_instances(InstanceIds=[instance_id])
    gone = machine | {"state": "terminated"}
    _say(emulator, region, "EC2 Instance State-change Notification", gone)


def _say(emulator: Emulator, region: str, kind: str, detail: Mapping[str, str]) -> None:
    """Let EC2 say it: as the account's own words, EventBridge would refuse them."""
    event = {"DetailType": kind, "Detail": json.dumps(detail)}
    emulator.tell(f"regions/{region}/ec2-events", event)
