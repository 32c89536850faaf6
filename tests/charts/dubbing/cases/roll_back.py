"""Cases of alerts that ask for a roll-back."""

from tests.charts.dubbing.cases.given import (
    CONTAINER_LABELS,
    OF_POD,
    OF_STT,
    POD_IS_NAMED,
    Case,
    always,
    errors,
    growing,
    memory,
    pending,
    slower_than,
)

CASES = (
    Case(
        alert="RollBackErrors",
        fires=errors(12),
        silent=errors(9),
        labels=OF_STT,
        summary="whisper-pyannote-stt fails: roll back if it was just released",
        description="12% of its answers are 5xx.",
    ),
    Case(
        alert="RollBackLatency",
        fires=slower_than("5", 10),
        silent=slower_than("5", 4),
        labels=OF_STT,
        summary="whisper-pyannote-stt is slow: roll back if it was just released",
        description="One request in twenty takes longer than 32.5s.",
    ),
    Case(
        alert="RollBackRestarts",
        fires={
            f"kube_pod_container_status_restarts_total{{{CONTAINER_LABELS}}}": growing(0.2),
            **POD_IS_NAMED,
        },
        silent={
            f"kube_pod_container_status_restarts_total{{{CONTAINER_LABELS}}}": "0x20 1x100",
            **POD_IS_NAMED,
            **{
                f'kube_pod_labels{{namespace="ai-models",pod="stt-{number}",'
                'label_app_kubernetes_io_name="whisper-pyannote-stt"}': always(1)
                for number in (2, 3)
            },
        },
        labels=OF_STT,
        summary="whisper-pyannote-stt restarts: roll back if it was just released",
        description="2.0 restarts for each pod in ten minutes.",
    ),
    Case(
        alert="QueueStoreAway",
        fires={'queue_exporter_up{namespace="ai-models"}': always(0)},
        silent={'queue_exporter_up{namespace="ai-models"}': always(1)},
        labels={"namespace": "ai-models"},
        summary="The store of the queues does not answer",
        description="No job can be put in or taken out; pods stay as many as they are.",
    ),
    Case(
        alert="MemoryNearlyExhausted",
        fires=memory(0.96),
        silent=memory(0.94),
        labels={**OF_POD, "container": "server"},
        summary="server in stt-1 is about to be killed",
        description="It uses 96% of its limit.",
    ),
    Case(
        alert="QueueFlooded",
        fires=pending(10_001),
        silent=pending(9_999),
        labels={"queue": "stt"},
        summary="10001 jobs are in queue stt",
        description="More than all its pods finish in hours.",
    ),
)
