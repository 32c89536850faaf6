"""Puts every question of an assembly to an account, all at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from plan.model.assembly import Assembly
from plan.preflight.account import Account
from plan.preflight.ai_services import ai_services
from plan.preflight.bootstrap import bootstraps
from plan.preflight.certificates import certificates
from plan.preflight.data_stores import data_stores
from plan.preflight.fixed_names import fixed_names
from plan.preflight.free_addresses import subnets
from plan.preflight.images import images
from plan.preflight.instance_types import offerings
from plan.preflight.models import models
from plan.preflight.origins import origins
from plan.preflight.quotas import count_quotas, vcpu_quotas
from plan.preflight.secrets import secrets
from plan.preflight.verdicts import Check, Unknown, Verdict
from plan.preflight.versions import versions
from plan.preflight.volume_key import volume_keys

_AT_ONCE = 16
_SECONDS_OF_SILENCE = 5.0


@dataclass(frozen=True)
class CheckResult:
    """A question with what was found."""

    title: str
    verdict: Verdict


def checks(directory: Path, whole: Assembly, chosen: Assembly) -> list[Check]:
    """Return the questions in the order in which one would see to them.

    What takes AWS days comes first, then what a person does in minutes. `whole` is all that the
    directory holds, `chosen` what is to be deployed.
    """
    return [
        *bootstraps(directory, chosen),
        *vcpu_quotas(chosen),
        *count_quotas(chosen),
        *offerings(chosen),
        *subnets(chosen),
        *volume_keys(chosen),
        *data_stores(chosen),
        *ai_services(chosen),
        *versions(chosen),
        *certificates(chosen),
        *origins(chosen),
        *fixed_names(chosen, whole),
        *images(chosen, whole),
        *secrets(chosen),
        *models(chosen),
    ]


def ask(
    questions: Sequence[Check], account: Account, still_waiting: Callable[[Sequence[str]], object]
) -> list[CheckResult]:
    """Ask them side by side; `still_waiting` hears every few seconds for which titles."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        asked = {pool.submit(_verdict, one, account): one.title for one in questions}
        waiting = wait(asked, timeout=_SECONDS_OF_SILENCE).not_done
        while waiting:
            still_waiting([title for future, title in asked.items() if future in waiting])
            waiting = wait(waiting, timeout=_SECONDS_OF_SILENCE).not_done
    return [CheckResult(title, future.result()) for future, title in asked.items()]


def _verdict(check: Check, account: Account) -> Verdict:
    try:
        return check.ask(account)
    except ClientError as error:
        # An emulator may name the HTTP status instead of a code, and say nothing more.
        said = error.response["Error"]
        reason = ": ".join(filter(None, (said.get("Code"), said.get("Message"))))
        return Unknown(f"{error.operation_name} was refused: {' '.join(reason.split())}")
    except BotoCoreError as error:
        return Unknown(" ".join(str(error).split()))
