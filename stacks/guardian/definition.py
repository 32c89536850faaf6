"""The state machine of an analysis: analysis.asl.json, with the settings filled in.

In the file, `${}` holds a value of the settings or, for CloudFormation, a function or a queue. Its
figures are chosen so: 8 attempts at the database take some three minutes, and an RDS failover one
to two; 6 attempts at Transcribe take some two minutes, since many uploads at once meet the API's
rate. Quotas of the language model are per minute, and those of Transcribe count jobs that run: a
task that meets one waits at most a minute each time, nine minutes on average before it gives up. A
transcription job is named after its execution, so a ConflictException means that an attempt whose
response was lost has started it. A message that three workers gave up, or a missed heartbeat, has
cost several workers or half an hour already: it is tried once more. Begin and SaveToDatabase catch
nothing, so that a result that could not be saved fails the execution, and is alarmed.
"""

import json
from pathlib import Path

from settings.guardian.workflow import Workflow
from stacks.guardian.uploads import TRANSCRIPTS

_FILE = Path(__file__).parent / "analysis.asl.json"


def definition(settings: Workflow) -> str:
    """Return the state machine in Amazon States Language, for CloudFormation to fill in."""
    text = _FILE.read_text()
    for name, value in {
        "HeartbeatSeconds": settings.heartbeat,
        "TimeoutSeconds": settings.time_limit,
        "AnalysisAttempts": settings.attempts,
        "ModelAttempts": settings.model.attempts,
        "BusyAttempts": settings.busy_attempts,
        "TranscriptionLanguage": settings.transcription.language,
        "TranscriptionSeconds": settings.transcription.limit,
        "PollSeconds": settings.transcription.poll_every,
        "Polls": settings.transcription.polls,
        "Transcripts": TRANSCRIPTS,
    }.items():
        placeholder = f"${{{name}}}"
        text = text.replace(f'"{placeholder}"', json.dumps(value)).replace(placeholder, str(value))
    return json.dumps(json.loads(text), indent=1)
