"""Cases of alerts about cost."""

from tests.charts.dubbing.cases.given import (
    OF_POD,
    OF_STT,
    POD_LABELS,
    STT_LABELS,
    Case,
    always,
    gpu,
    gpu_nodes_at,
)

CASES = (
    Case(
        alert="BudgetThresholdExceeded",
        fires={f"cost_service_budget_ratio{{{STT_LABELS}}}": always(0.9)},
        silent={f"cost_service_budget_ratio{{{STT_LABELS}}}": always(0.79)},
        labels=OF_STT,
        summary="whisper-pyannote-stt is heading for more than its budget allows",
        description="At today's price a month would cost 90% of the budget.",
    ),
    Case(
        alert="HighGPUCost",
        fires=gpu_nodes_at(51),
        silent=gpu_nodes_at(49),
        summary="Machines with GPUs cost 51 USD an hour",
        description="All nodes with GPUs together, for 30 minutes above 50 USD an hour.",
    ),
    Case(
        alert="HighCostPerJob",
        fires={f'cost_service_usd_per_job{{{STT_LABELS},queue="stt"}}': always(0.75)},
        silent={f'cost_service_usd_per_job{{{STT_LABELS},queue="stt"}}': always(0.49)},
        labels={**OF_STT, "queue": "stt"},
        summary="A job of whisper-pyannote-stt costs 0.75 USD",
        description="Cost per hour over jobs per hour: either the pods do little, "
        "or each job takes long.",
    ),
    Case(
        alert="LowGPUUtilization",
        fires=gpu("DCGM_FI_DEV_GPU_UTIL", 25),
        silent=gpu("DCGM_FI_DEV_GPU_UTIL", 31),
        labels=OF_STT,
        summary="GPUs of whisper-pyannote-stt are at 25 %",
        description="On average of its pods; fewer pods, or a smaller GPU, would do.",
    ),
    Case(
        alert="IdleGPU",
        fires=gpu("DCGM_FI_DEV_GPU_UTIL", 3),
        silent={
            **gpu("DCGM_FI_DEV_GPU_UTIL", 3),
            f'kube_pod_status_phase{{{POD_LABELS},phase="Running"}}': always(0),
        },
        labels={**OF_POD, "service": "whisper-pyannote-stt"},
        summary="The GPU of stt-1 is idle",
        description="The pod runs, its GPU is at 3 %.",
    ),
)
