"""What EC2 tells EventBridge: nobody else may speak in the name of a service of AWS."""

import json
import re
from collections.abc import Mapping
from typing import Any

from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import eventbridge

from rehearsal.cloud.guard import ACCOUNT
from rehearsal.cloud.patches import private
from rehearsal.cloud.routes import Route, RouteRequest

_PATH = re.compile(r"/rehearsal/regions/([a-z0-9-]+)/ec2-events")
_put_events = private(eventbridge, "_put_events")


def _tell(request: RouteRequest) -> Mapping[str, Any]:
    set_request_account_id(ACCOUNT)
    set_request_region(request.path[1])
    event = {"Source": "aws.ec2", **json.loads(request.body)}
    _put_events({"Entries": [event]}, allow_aws_source=True)
    return {}


EC2_EVENTS = Route(path=_PATH, answer=_tell)
