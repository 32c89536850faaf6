"""Cases of alerts about what does not report."""

from tests.charts.dubbing.cases.given import (
    CONTAINER_LABELS,
    GPU_LABELS,
    GPU_NODE_LABELS,
    OF_POD,
    OF_STT,
    POD_LABELS,
    POD_RUNS,
    QUEUES,
    ROLLOUT_LABELS,
    SERVICES,
    STT_LABELS,
    Case,
    Given,
    always,
    growing,
)


def _up(*services: str, value: int = 1) -> Given:
    return {
        f'up{{namespace="ai-models",service="{service}",pod="{service}-1"}}': always(value)
        for service in services
    }


def _counted(*queues: str, up: int = 1) -> Given:
    return {
        'queue_exporter_up{namespace="ai-models"}': always(up),
        **{f'bullmq_job_count{{queue="{queue}",state="wait"}}': always(0) for queue in queues},
    }


def _silence(alert: str, series: str, says: str) -> Case:
    """Describe an exporter that is there for half an hour, and then is not."""
    return Case(
        alert=alert,
        fires={series: "1x5 stale"},
        silent={series: always(1)},
        summary=f"Nothing exports {says}",
        description="Alerts that ask for its series cannot fire.",
    )


CASES = (
    Case(
        alert="ModelServiceSilent",
        fires=_up(*SERVICES[1:]),
        silent=_up(*SERVICES),
        labels=OF_STT,
        summary="No pod of whisper-pyannote-stt reports",
        description="Either none is there, or none answers; each service has one at least.",
    ),
    Case(
        alert="ModelServiceSilent",
        fires={**_up(*SERVICES[1:]), **_up(SERVICES[0], value=0)},
        silent={
            **_up(*SERVICES),
            f'up{{{STT_LABELS},pod="whisper-pyannote-stt-2"}}': always(0),
        },
        labels=OF_STT,
        summary="No pod of whisper-pyannote-stt reports",
        description="Either none is there, or none answers; each service has one at least.",
    ),
    Case(
        alert="QueueUnknown",
        fires=_counted(*QUEUES[1:]),
        silent=_counted(up=0),
        labels={"queue": "stt"},
        summary="Queue stt is not counted",
        description="Neither its backlog nor its autoscaling can be seen.",
    ),
    _silence("QueueExporterSilent", "queue_exporter_up", "queue_exporter_up"),
    _silence("CostExporterSilent", "cost_exporter_up", "cost_exporter_up"),
    _silence("KubeStateMetricsSilent", f"kube_pod_info{{{POD_LABELS}}}", "kube_pod_info"),
    _silence(
        "KubeletSilent",
        f"container_cpu_usage_seconds_total{{{CONTAINER_LABELS}}}",
        "container_cpu_usage_seconds_total",
    ),
    _silence("ArgoRolloutsSilent", f"rollout_info{{{ROLLOUT_LABELS}}}", "rollout_info"),
    _silence(
        "KedaSilent",
        'keda_scaler_active{namespace="ai-models",scaledObject="stt"}',
        "keda_scaler_active",
    ),
    Case(
        alert="CostExporterFailing",
        fires={'cost_exporter_up{namespace="monitoring"}': always(0)},
        silent={'cost_exporter_up{namespace="monitoring"}': always(1)},
        labels={"namespace": "monitoring"},
        summary="The cost exporter cannot see nodes and pods",
        description="The Kubernetes API does not answer it; costs are unknown, not zero.",
    ),
    Case(
        alert="UnpricedNodes",
        fires={'cost_unpriced_nodes{namespace="monitoring"}': always(2)},
        silent={'cost_unpriced_nodes{namespace="monitoring"}': always(0)},
        labels={"namespace": "monitoring"},
        summary="2 nodes have no known price",
        description="Costs and budgets leave them out, and so are too low.",
    ),
    Case(
        alert="TargetDown",
        fires={
            'up{namespace="monitoring",job="dcgm-exporter",instance="a"}': always(0),
            'up{namespace="monitoring",job="dcgm-exporter",instance="b"}': always(1),
        },
        silent={'up{namespace="monitoring",job="dcgm-exporter",instance="b"}': always(1)},
        labels={"namespace": "monitoring", "job": "dcgm-exporter"},
        summary="Targets of dcgm-exporter do not answer",
        description="Down: 1. The port refuses, or takes too long.",
    ),
    Case(
        alert="RulesFailing",
        fires={
            'prometheus_rule_evaluation_failures_total{rule_group="gpu"}': growing(1),
        },
        silent={'prometheus_rule_evaluation_failures_total{rule_group="gpu"}': always(3)},
        labels={"rule_group": "gpu"},
        summary="Rules of gpu cannot be evaluated",
        description="Their alerts cannot fire.",
    ),
    Case(
        alert="GPUNodeSilent",
        fires={f"kube_node_status_allocatable{{{GPU_NODE_LABELS}}}": always(1)},
        silent={
            f"kube_node_status_allocatable{{{GPU_NODE_LABELS}}}": always(1),
            'DCGM_FI_DEV_GPU_UTIL{gpu="0",node="node-1"}': always(0),
        },
        labels={"node": "node-1"},
        summary="Nothing tells how the GPUs of node-1 are used",
        description="dcgm-exporter does not run there, or cannot see the GPUs.",
    ),
    Case(
        alert="GPUPodUnwatched",
        # The GPU is reported, but not whose it is.
        fires={
            f'kube_pod_container_resource_limits{{{CONTAINER_LABELS},resource="nvidia_com_gpu"}}': (
                always(1)
            ),
            'DCGM_FI_DEV_GPU_UTIL{gpu="0",node="node-1"}': always(40),
            **POD_RUNS,
        },
        silent={
            f'kube_pod_container_resource_limits{{{CONTAINER_LABELS},resource="nvidia_com_gpu"}}': (
                always(1)
            ),
            f"DCGM_FI_DEV_GPU_UTIL{{{GPU_LABELS}}}": always(40),
            **POD_RUNS,
        },
        labels=OF_POD,
        summary="No GPU is reported for stt-1",
        description="dcgm-exporter leaves out which pod has it, "
        "so its use, and whether it is idle, are unknown.",
    ),
)
