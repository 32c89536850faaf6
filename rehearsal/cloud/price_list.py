"""Services of AWS that the emulator lacks: the price list, and the login of the public registry."""

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from rehearsal.cloud.patches.ec2 import prices
from rehearsal.cloud.routes import Route, RouteRequest

_ROOT = re.compile(r"/")
_TOKEN = base64.b64encode(b"AWS:rehearsal").decode()


def _products(request: RouteRequest) -> Mapping[str, Any]:
    """Answer `pricing:GetProducts` for machines with Linux in a region."""
    filters = json.loads(request.body)["Filters"]
    (region,) = (one["Value"] for one in filters if one["Field"] == "regionCode")
    listed = [_product(*one) for one in prices("ec2", region)]
    return {"FormatVersion": "aws_v1", "PriceList": listed}


def _product(name: str, usd: object) -> str:
    dimension = {"unit": "Hrs", "pricePerUnit": {"USD": str(usd)}}
    return json.dumps(
        {
            "serviceCode": "AmazonEC2",
            "product": {"attributes": {"instanceType": name}},
            "terms": {"OnDemand": {name: {"priceDimensions": {name: dimension}}}},
        }
    )


def _login(_request: RouteRequest) -> Mapping[str, Any]:
    """Answer `ecr-public:GetAuthorizationToken`."""
    expires = (datetime.now(UTC) + timedelta(hours=12)).timestamp()
    return {"authorizationData": {"authorizationToken": _TOKEN, "expiresAt": expires}}


ROUTES = (
    Route(path=_ROOT, operation="AWSPriceListService.GetProducts", answer=_products),
    Route(path=_ROOT, operation="SpencerFrontendService.GetAuthorizationToken", answer=_login),
)
