"""Cases of alerts about models, GPUs and queues."""

from tests.charts.dubbing.cases.given import (
    OF_GPU,
    OF_STT,
    STT_LABELS,
    Case,
    always,
    gpu,
    growing,
    pending,
)

CASES = (
    Case(
        alert="ModelNotLoaded",
        fires={f'model_loaded{{{STT_LABELS},pod="stt-1"}}': always(0)},
        silent={f'model_loaded{{{STT_LABELS},pod="stt-1"}}': "0x12 1x100"},
        labels={**OF_STT, "pod": "stt-1"},
        summary="stt-1 runs without its model",
        description="For 15 minutes, longer than a start is given.",
    ),
    Case(
        alert="QueueBacklog",
        fires=pending(201),
        silent=pending(199),
        labels={"queue": "stt"},
        summary="201 jobs are in queue stt",
        description="Waiting, delayed or in work; what is finished does not count.",
    ),
    Case(
        alert="JobsFailing",
        fires={
            f'model_jobs_total{{{STT_LABELS},queue="stt",outcome="failed"}}': growing(2),
            f'model_jobs_total{{{STT_LABELS},queue="stt",outcome="completed"}}': growing(8),
        },
        silent={f'model_jobs_total{{{STT_LABELS},queue="stt",outcome="completed"}}': growing(8)},
        labels={**OF_STT, "queue": "stt"},
        summary="Jobs of whisper-pyannote-stt fail",
        description="20% of those that ended.",
    ),
    Case(
        alert="JobsSlow",
        fires={
            f'model_job_seconds_bucket{{{STT_LABELS},queue="stt",le="10"}}': growing(5),
            f'model_job_seconds_bucket{{{STT_LABELS},queue="stt",le="60"}}': growing(10),
            f'model_job_seconds_bucket{{{STT_LABELS},queue="stt",le="+Inf"}}': growing(10),
        },
        silent={
            f'model_job_seconds_bucket{{{STT_LABELS},queue="stt",le="10"}}': growing(10),
            f'model_job_seconds_bucket{{{STT_LABELS},queue="stt",le="+Inf"}}': growing(10),
        },
        labels={**OF_STT, "queue": "stt"},
        summary="Jobs of whisper-pyannote-stt take long",
        description="One in twenty takes longer than 55s.",
    ),
    Case(
        alert="GPUSaturated",
        fires=gpu("DCGM_FI_DEV_GPU_UTIL", 95),
        silent=gpu("DCGM_FI_DEV_GPU_UTIL", 89),
        labels=OF_STT,
        summary="GPUs of whisper-pyannote-stt are fully used",
        description="At 95 % on average; more pods come if the queue asks for them.",
    ),
    Case(
        alert="GPUWarm",
        fires=gpu("DCGM_FI_DEV_GPU_TEMP", 82),
        silent=gpu("DCGM_FI_DEV_GPU_TEMP", 79),
        labels=OF_GPU,
        summary="GPU 0 of node-1 is at 82 °C",
        description="It will soon run slower to protect itself.",
    ),
    Case(
        alert="GPUHot",
        fires={
            'DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-1",node="node-1"}': always(88),
        },
        silent={
            'DCGM_FI_DEV_GPU_TEMP{gpu="0",UUID="GPU-1",node="node-1"}': always(84),
        },
        labels={"node": "node-1", "gpu": "0"},
        summary="GPU 0 of node-1 is at 88 °C",
        description="It runs slower to protect itself, and may fail.",
    ),
    Case(
        alert="GPUError",
        fires=gpu("DCGM_FI_DEV_XID_ERRORS", 79),
        silent=gpu("DCGM_FI_DEV_XID_ERRORS", 0),
        labels=OF_GPU,
        summary="GPU 0 of node-1 reported XID 79",
        description="The driver's number of the last error; NVIDIA lists what each means.",
    ),
)
