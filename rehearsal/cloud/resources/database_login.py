"""RDS IAM authentication: the signature of a login token and the policy of its role."""

import logging
from collections.abc import Mapping
from typing import Any

from ministack.core.iam_evaluator import AuthError, EvalContext, evaluate, resolve_principal
from ministack.core.rds_iam import RdsIamTokenError, verify_rds_iam_token
from ministack.core.responses import request_scope

from rehearsal.cloud.guard import ACCOUNT

_LOG = logging.getLogger(__name__)
_ACTION = "rds-db:connect"


def may_connect(instance: Mapping[str, Any], region: str, user: str, token: str) -> bool:
    """Verify a token for a user of an instance, as RDS does at each login."""
    if not instance["IAMDatabaseAuthenticationEnabled"]:
        return False
    verified = verify_rds_iam_token(
        token,
        hostname=instance["Endpoint"]["Address"],
        port=instance["Endpoint"]["Port"],
        db_user=user,
        region=region,
        account_id=ACCOUNT,
    )
    if isinstance(verified, RdsIamTokenError):
        _LOG.warning("%s may not log in: %s", user, verified.code)
        return False
    resource = f"arn:aws:rds-db:{region}:{ACCOUNT}:dbuser:{instance['DbiResourceId']}/{user}"
    with request_scope(ACCOUNT, region):
        principal = resolve_principal(verified.access_key_id, ACCOUNT)
        if isinstance(principal, AuthError):
            return False
        # The account's own root has no policies, and may everything.
        if principal.policies is None or _allows(principal, region, resource):
            return True
        _LOG.warning("%s may not %s %s", principal.arn, _ACTION, resource)
        return False


def _allows(principal: Any, region: str, resource: str) -> bool:  # noqa: ANN401 - untyped
    context = EvalContext(
        principal_arn=principal.arn,
        principal_type=principal.type,
        principal_account=ACCOUNT,
        action=_ACTION,
        resource_arn=resource,
        region=region,
        principal_keys=principal.keys,
    )
    decision: str = evaluate(context, principal.policies, *principal.limits).decision
    return decision == "Allow"
