"""Rights to ask a language model: Bedrock judges `converse` as a call of the model."""

from typing import Any
from urllib.parse import unquote

from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region

_BEDROCK = "bedrock-runtime"


def let_models_be_guarded() -> None:
    """Ask for the right to invoke the inference profile, of which the emulator knows nothing."""
    action_of, resource_of = iam_actions.extract_iam_action, iam_actions.extract_resource_arn

    def action(service: str, *request: Any, **more: Any) -> str:  # noqa: ANN401
        if service == _BEDROCK:
            return "bedrock:InvokeModel"
        found: str = action_of(service, *request, **more)
        return found

    def resource(service: str, method: str, path: str, *request: Any, **more: Any) -> str:  # noqa: ANN401
        if service == _BEDROCK:
            profile = unquote(path.split("/")[2])
            return f"arn:aws:bedrock:{get_region()}:{get_account_id()}:inference-profile/{profile}"
        found: str = resource_of(service, method, path, *request, **more)
        return found

    iam_actions.extract_iam_action = action
    iam_actions.extract_resource_arn = resource
