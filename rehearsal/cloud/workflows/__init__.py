"""What the emulator's state machines do otherwise than those of AWS."""

from rehearsal.cloud.workflows.function_errors import let_errors_have_their_class
from rehearsal.cloud.workflows.heartbeats import let_heartbeats_run_out
from rehearsal.cloud.workflows.model_rights import let_models_be_guarded
from rehearsal.cloud.workflows.task_tokens import (
    let_tokens_belong_to_tasks,
    let_tokens_name_their_state_machine,
)
from rehearsal.cloud.workflows.transcription import let_workflows_transcribe


def let_workflows_run_as_on_aws() -> None:
    """Correct the state machines, and what the functions that they call hear and may do."""
    let_workflows_transcribe()
    let_tokens_belong_to_tasks()
    let_tokens_name_their_state_machine()
    let_heartbeats_run_out()
    let_errors_have_their_class()
    let_models_be_guarded()
