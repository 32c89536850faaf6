"""For each alert: series by which it fires, and series by which it must not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.settings.dubbing.examples import PROD

Given = Mapping[str, str]
"""The values of series, minute by minute, in promtool's notation."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """An alert, what makes it fire, and what is just not enough."""

    alert: str
    fires: Given
    silent: Given
    labels: Mapping[str, str] = field(default_factory=dict)
    summary: str = ""
    description: str = ""


def always(value: float) -> str:
    return f"{value}x120"


def growing(per_minute: float) -> str:
    return f"0+{per_minute}x120"


_STT = {"namespace": "ai-models", "service": "whisper-pyannote-stt"}
_IN_STT = 'namespace="ai-models",service="whisper-pyannote-stt"'
_POD = 'namespace="ai-models",pod="stt-1"'
_CONTAINER = f'{_POD},container="server"'
_OF_POD = {"namespace": "ai-models", "pod": "stt-1"}
_NAMED = {
    f'kube_pod_labels{{{_POD},label_app_kubernetes_io_name="whisper-pyannote-stt",'
    'service="kube-state-metrics"}': always(1)
}
_GPU = f'{_POD},gpu="0",UUID="GPU-1",node="node-1",service="dcgm-exporter"'
_OF_GPU = {"node": "node-1", "gpu": "0"}
_RUNS = {f'kube_pod_status_phase{{{_POD},phase="Running"}}': always(1)}
_ROLLOUT = 'namespace="ai-models",name="whisper-pyannote-stt"'
_NAME = {"namespace": "ai-models", "name": "whisper-pyannote-stt"}
_DEPLOYMENT = 'namespace="ai-models",deployment="queue-exporter"'
_HPA = 'namespace="ai-models",horizontalpodautoscaler="keda-hpa-stt"'
_OF_HPA = {"namespace": "ai-models", "horizontalpodautoscaler": "keda-hpa-stt"}
_GPU_NODE = 'node="node-1",resource="nvidia_com_gpu"'
_SERVICES = tuple(service.name for service in PROD.watching.services)
_QUEUES = tuple(service.queue for service in PROD.watching.services)


def _gpu(metric: str, value: float) -> Given:
    return {f"{metric}{{{_GPU}}}": always(value), **_NAMED, **_RUNS}


def _errors(failed: float) -> Given:
    return {
        f'model_http_requests_total{{{_IN_STT},pod="stt-1",code="200"}}': growing(100 - failed),
        f'model_http_requests_total{{{_IN_STT},pod="stt-1",code="500"}}': growing(failed),
    }


def _slower_than(seconds: str, slow: float) -> Given:
    """Of 100 requests a minute, so many take longer."""
    histogram = "model_http_request_seconds_bucket"
    return {
        f'{histogram}{{{_IN_STT},pod="stt-1",le="{seconds}"}}': growing(100 - slow),
        f'{histogram}{{{_IN_STT},pod="stt-1",le="60"}}': growing(100),
        f'{histogram}{{{_IN_STT},pod="stt-1",le="+Inf"}}': growing(100),
    }


def _waiting(reason: str, values: str = "1x120") -> Given:
    series = "kube_pod_container_status_waiting_reason"
    return {f'{series}{{{_CONTAINER},reason="{reason}"}}': values}


def _memory(ratio: float) -> Given:
    return {
        f"container_memory_working_set_bytes{{{_CONTAINER}}}": always(ratio * 1000),
        f'kube_pod_container_resource_limits{{{_CONTAINER},resource="memory"}}': always(1000),
    }


def _cpu(cores: float) -> Given:
    return {
        f"container_cpu_usage_seconds_total{{{_CONTAINER}}}": growing(cores * 60),
        f'kube_pod_container_resource_limits{{{_CONTAINER},resource="cpu"}}': always(1),
    }


def _pending(jobs: int) -> Given:
    return {
        'bullmq_job_count{queue="stt",state="wait",pod="a"}': always(jobs - 2),
        'bullmq_job_count{queue="stt",state="active",pod="a"}': always(2),
        # What has ended is no backlog, and a second scrape of the same queue no second queue.
        'bullmq_job_count{queue="stt",state="completed",pod="a"}': always(50_000),
        'bullmq_job_count{queue="stt",state="wait",pod="b"}': always(jobs - 2),
    }


def _replicas(now: int, least: int = 2) -> Given:
    return {
        f"kube_horizontalpodautoscaler_status_current_replicas{{{_HPA}}}": always(now),
        f"kube_horizontalpodautoscaler_spec_min_replicas{{{_HPA}}}": always(least),
        f"kube_horizontalpodautoscaler_spec_max_replicas{{{_HPA}}}": always(8),
    }


def _gpu_nodes_at(usd: float) -> Given:
    return {
        'cost_node_usd_per_hour{node="node-1",instance_type="p4d.24xlarge"}': always(usd),
        f"kube_node_status_capacity{{{_GPU_NODE}}}": always(8),
        # A node without GPUs costs too, but is not what the alert is about.
        'cost_node_usd_per_hour{node="node-2",instance_type="m5.xlarge"}': always(40),
        'kube_node_status_capacity{node="node-2",resource="cpu"}': always(4),
    }


COST = (
    Case(
        alert="BudgetThresholdExceeded",
        fires={f"cost_service_budget_ratio{{{_IN_STT}}}": always(0.9)},
        silent={f"cost_service_budget_ratio{{{_IN_STT}}}": always(0.79)},
        labels=_STT,
        summary="whisper-pyannote-stt is heading for more than its budget allows",
        description="At today's price a month would cost 90% of the budget.",
    ),
    Case(
        alert="HighGPUCost",
        fires=_gpu_nodes_at(51),
        silent=_gpu_nodes_at(49),
        summary="Machines with GPUs cost 51 USD an hour",
        description="All nodes with GPUs together, for 30 minutes above 50 USD an hour.",
    ),
    Case(
        alert="HighCostPerJob",
        fires={f'cost_service_usd_per_job{{{_IN_STT},queue="stt"}}': always(0.75)},
        silent={f'cost_service_usd_per_job{{{_IN_STT},queue="stt"}}': always(0.49)},
        labels={**_STT, "queue": "stt"},
        summary="A job of whisper-pyannote-stt costs 0.75 USD",
        description="Cost per hour over jobs per hour: either the pods do little, "
        "or each job takes long.",
    ),
    Case(
        alert="LowGPUUtilization",
        fires=_gpu("DCGM_FI_DEV_GPU_UTIL", 25),
        silent=_gpu("DCGM_FI_DEV_GPU_UTIL", 31),
        labels=_STT,
        summary="GPUs of whisper-pyannote-stt are at 25 %",
        description="On average of its pods; fewer pods, or a smaller GPU, would do.",
    ),
    Case(
        alert="IdleGPU",
        fires=_gpu("DCGM_FI_DEV_GPU_UTIL", 3),
        silent={
            **_gpu("DCGM_FI_DEV_GPU_UTIL", 3),
            f'kube_pod_status_phase{{{_POD},phase="Running"}}': always(0),
        },
        labels={**_OF_POD, "service": "whisper-pyannote-stt"},
        summary="The GPU of stt-1 is idle",
        description="The pod runs, its GPU is at 3 %.",
    ),
)
DEPLOYMENT = (
    Case(
        alert="DeploymentFailed",
        fires={f'rollout_info{{{_ROLLOUT},strategy="blueGreen",phase="Abort"}}': always(1)},
        silent={f'rollout_info{{{_ROLLOUT},strategy="blueGreen",phase="Completed"}}': always(1)},
        labels=_NAME,
        summary="The release of whisper-pyannote-stt has failed",
        description="In namespace ai-models; what ran before still serves.",
    ),
    Case(
        alert="DeploymentFailed",
        fires={
            f'kube_deployment_status_condition{{{_DEPLOYMENT},condition="Progressing",'
            'status="false"}': always(1)
        },
        silent={
            f'kube_deployment_status_condition{{{_DEPLOYMENT},condition="Progressing",'
            'status="false"}': always(0)
        },
        labels={"namespace": "ai-models", "name": "queue-exporter"},
        summary="The release of queue-exporter has failed",
        description="In namespace ai-models; what ran before still serves.",
    ),
    Case(
        alert="ReplicasMismatch",
        fires={
            f"rollout_info_replicas_desired{{{_ROLLOUT}}}": always(3),
            f"rollout_info_replicas_available{{{_ROLLOUT}}}": always(2),
        },
        silent={
            f"rollout_info_replicas_desired{{{_ROLLOUT}}}": always(3),
            f"rollout_info_replicas_available{{{_ROLLOUT}}}": always(3),
        },
        labels=_NAME,
        summary="whisper-pyannote-stt does not have as many pods as it wants",
        description="Wanted in namespace ai-models: 3.",
    ),
    Case(
        alert="ReplicasMismatch",
        fires={
            f"kube_deployment_spec_replicas{{{_DEPLOYMENT}}}": always(1),
            f"kube_deployment_status_replicas_available{{{_DEPLOYMENT}}}": always(0),
        },
        silent={
            f"kube_deployment_spec_replicas{{{_DEPLOYMENT}}}": always(1),
            f"kube_deployment_status_replicas_available{{{_DEPLOYMENT}}}": always(1),
        },
        labels={"namespace": "ai-models", "name": "queue-exporter"},
        summary="queue-exporter does not have as many pods as it wants",
        description="Wanted in namespace ai-models: 1.",
    ),
    Case(
        alert="RolloutStuck",
        fires={f'rollout_info{{{_ROLLOUT},phase="Progressing"}}': always(1)},
        silent={f'rollout_info{{{_ROLLOUT},phase="Progressing"}}': "1x10 stale"},
        labels=_NAME,
        summary="The release of whisper-pyannote-stt does not finish",
        description="For 15 minutes; a model is loaded well before.",
    ),
    Case(
        alert="RolloutStuck",
        fires={
            f"kube_deployment_spec_replicas{{{_DEPLOYMENT}}}": always(2),
            f"kube_deployment_status_replicas_updated{{{_DEPLOYMENT}}}": always(1),
        },
        silent={
            f"kube_deployment_spec_replicas{{{_DEPLOYMENT}}}": always(2),
            f"kube_deployment_status_replicas_updated{{{_DEPLOYMENT}}}": always(2),
        },
        labels={"namespace": "ai-models", "name": "queue-exporter"},
        summary="The release of queue-exporter does not finish",
        description="For 15 minutes; a model is loaded well before.",
    ),
    Case(
        alert="PodCrashLooping",
        # Between two starts the container runs for a while, and the reason is gone.
        fires=_waiting("CrashLoopBackOff", "1 0 0 " * 40),
        silent=_waiting("PodInitializing"),
        labels={**_OF_POD, "container": "server"},
        summary="server in stt-1 ends again and again",
        description="The kubelet waits longer each time before it starts it once more.",
    ),
    Case(
        alert="PodNotReady",
        fires={f'kube_pod_status_ready{{{_POD},condition="true"}}': always(0)},
        silent={
            f'kube_pod_status_ready{{{_POD},condition="true"}}': always(0),
            f'kube_pod_status_phase{{{_POD},phase="Succeeded"}}': always(1),
        },
        labels=_OF_POD,
        summary="stt-1 is not ready",
        description="In namespace ai-models; it gets no requests.",
    ),
    Case(
        alert="ImagePullBackOff",
        fires=_waiting("ImagePullBackOff"),
        silent=_waiting("ContainerCreating"),
        labels={**_OF_POD, "container": "server"},
        summary="The image of server in stt-1 cannot be pulled",
        description="In namespace ai-models.",
    ),
    Case(
        alert="HighMemoryUsage",
        fires=_memory(0.92),
        silent=_memory(0.89),
        labels={**_OF_POD, "container": "server"},
        summary="server in stt-1 is short of memory",
        description="It uses 92% of its limit.",
    ),
    Case(
        alert="HighCPUUsage",
        fires=_cpu(0.95),
        silent=_cpu(0.85),
        labels={**_OF_POD, "container": "server"},
        summary="server in stt-1 is short of CPU",
        description="It uses 95% of its limit.",
    ),
    Case(
        alert="HighErrorRate",
        fires=_errors(6),
        silent=_errors(4),
        labels=_STT,
        summary="whisper-pyannote-stt answers with errors",
        description="6% of its answers are 5xx.",
    ),
    Case(
        alert="HighLatency",
        fires=_slower_than("2", 10),
        silent=_slower_than("2", 4),
        labels=_STT,
        summary="whisper-pyannote-stt answers slowly",
        description="One request in twenty takes longer than 31s.",
    ),
    Case(
        alert="HPAMaxedOut",
        fires=_replicas(8),
        silent=_replicas(8, least=8),
        labels=_OF_HPA,
        summary="keda-hpa-stt cannot add pods",
        description="It has had its most, 8, for 15 minutes; the queue may still grow.",
    ),
    Case(
        alert="HPAScalingDisabled",
        fires={
            f'kube_horizontalpodautoscaler_status_condition{{{_HPA},condition="ScalingActive",'
            'status="false"}': always(1)
        },
        silent={
            f'kube_horizontalpodautoscaler_status_condition{{{_HPA},condition="ScalingLimited",'
            'status="false"}': always(1)
        },
        labels={**_OF_HPA, "condition": "ScalingActive", "status": "false"},
        summary="keda-hpa-stt does not scale",
        description="It gets no figures, or its pods are 0; they stay as many as they are.",
    ),
    Case(
        alert="ScalerFailing",
        fires={
            'keda_scaled_object_errors_total{namespace="ai-models",scaledObject="stt"}': growing(2)
        },
        silent={
            'keda_scaled_object_errors_total{namespace="ai-models",scaledObject="stt"}': always(7)
        },
        labels={"namespace": "ai-models", "scaledObject": "stt"},
        summary="KEDA cannot ask what stt scales by",
        description="Its queue or Prometheus does not answer; pods stay as many as they are.",
    ),
)
ROLL_BACK = (
    Case(
        alert="RollBackErrors",
        fires=_errors(12),
        silent=_errors(9),
        labels=_STT,
        summary="whisper-pyannote-stt fails: roll back if it was just released",
        description="12% of its answers are 5xx.",
    ),
    Case(
        alert="RollBackLatency",
        fires=_slower_than("5", 10),
        silent=_slower_than("5", 4),
        labels=_STT,
        summary="whisper-pyannote-stt is slow: roll back if it was just released",
        description="One request in twenty takes longer than 32.5s.",
    ),
    Case(
        alert="RollBackRestarts",
        fires={
            f"kube_pod_container_status_restarts_total{{{_CONTAINER}}}": growing(0.2),
            **_NAMED,
        },
        silent={
            f"kube_pod_container_status_restarts_total{{{_CONTAINER}}}": "0x20 1x100",
            **_NAMED,
            **{
                f'kube_pod_labels{{namespace="ai-models",pod="stt-{number}",'
                'label_app_kubernetes_io_name="whisper-pyannote-stt"}': always(1)
                for number in (2, 3)
            },
        },
        labels=_STT,
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
        fires=_memory(0.96),
        silent=_memory(0.94),
        labels={**_OF_POD, "container": "server"},
        summary="server in stt-1 is about to be killed",
        description="It uses 96% of its limit.",
    ),
    Case(
        alert="QueueFlooded",
        fires=_pending(10_001),
        silent=_pending(9_999),
        labels={"queue": "stt"},
        summary="10001 jobs are in queue stt",
        description="More than all its pods finish in hours.",
    ),
)
MODELS = (
    Case(
        alert="ModelNotLoaded",
        fires={f'model_loaded{{{_IN_STT},pod="stt-1"}}': always(0)},
        silent={f'model_loaded{{{_IN_STT},pod="stt-1"}}': "0x12 1x100"},
        labels={**_STT, "pod": "stt-1"},
        summary="stt-1 runs without its model",
        description="For 15 minutes, longer than a start is given.",
    ),
    Case(
        alert="QueueBacklog",
        fires=_pending(201),
        silent=_pending(199),
        labels={"queue": "stt"},
        summary="201 jobs are in queue stt",
        description="Waiting, delayed or in work; what is finished does not count.",
    ),
    Case(
        alert="JobsFailing",
        fires={
            f'model_jobs_total{{{_IN_STT},queue="stt",outcome="failed"}}': growing(2),
            f'model_jobs_total{{{_IN_STT},queue="stt",outcome="completed"}}': growing(8),
        },
        silent={f'model_jobs_total{{{_IN_STT},queue="stt",outcome="completed"}}': growing(8)},
        labels={**_STT, "queue": "stt"},
        summary="Jobs of whisper-pyannote-stt fail",
        description="20% of those that ended.",
    ),
    Case(
        alert="JobsSlow",
        fires={
            f'model_job_seconds_bucket{{{_IN_STT},queue="stt",le="10"}}': growing(5),
            f'model_job_seconds_bucket{{{_IN_STT},queue="stt",le="60"}}': growing(10),
            f'model_job_seconds_bucket{{{_IN_STT},queue="stt",le="+Inf"}}': growing(10),
        },
        silent={
            f'model_job_seconds_bucket{{{_IN_STT},queue="stt",le="10"}}': growing(10),
            f'model_job_seconds_bucket{{{_IN_STT},queue="stt",le="+Inf"}}': growing(10),
        },
        labels={**_STT, "queue": "stt"},
        summary="Jobs of whisper-pyannote-stt take long",
        description="One in twenty takes longer than 55s.",
    ),
    Case(
        alert="GPUSaturated",
        fires=_gpu("DCGM_FI_DEV_GPU_UTIL", 95),
        silent=_gpu("DCGM_FI_DEV_GPU_UTIL", 89),
        labels=_STT,
        summary="GPUs of whisper-pyannote-stt are fully used",
        description="At 95 % on average; more pods come if the queue asks for them.",
    ),
    Case(
        alert="GPUWarm",
        fires=_gpu("DCGM_FI_DEV_GPU_TEMP", 82),
        silent=_gpu("DCGM_FI_DEV_GPU_TEMP", 79),
        labels=_OF_GPU,
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
        fires=_gpu("DCGM_FI_DEV_XID_ERRORS", 79),
        silent=_gpu("DCGM_FI_DEV_XID_ERRORS", 0),
        labels=_OF_GPU,
        summary="GPU 0 of node-1 reported XID 79",
        description="The driver's number of the last error; NVIDIA lists what each means.",
    ),
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


SILENCE = (
    Case(
        alert="ModelServiceSilent",
        fires=_up(*_SERVICES[1:]),
        silent=_up(*_SERVICES),
        labels=_STT,
        summary="No pod of whisper-pyannote-stt reports",
        description="Either none is there, or none answers; each service has one at least.",
    ),
    Case(
        alert="ModelServiceSilent",
        fires={**_up(*_SERVICES[1:]), **_up(_SERVICES[0], value=0)},
        silent={
            **_up(*_SERVICES),
            f'up{{{_IN_STT},pod="whisper-pyannote-stt-2"}}': always(0),
        },
        labels=_STT,
        summary="No pod of whisper-pyannote-stt reports",
        description="Either none is there, or none answers; each service has one at least.",
    ),
    Case(
        alert="QueueUnknown",
        fires=_counted(*_QUEUES[1:]),
        silent=_counted(up=0),
        labels={"queue": "stt"},
        summary="Queue stt is not counted",
        description="Neither its backlog nor its autoscaling can be seen.",
    ),
    _silence("QueueExporterSilent", "queue_exporter_up", "queue_exporter_up"),
    _silence("CostExporterSilent", "cost_exporter_up", "cost_exporter_up"),
    _silence("KubeStateMetricsSilent", f"kube_pod_info{{{_POD}}}", "kube_pod_info"),
    _silence(
        "KubeletSilent",
        f"container_cpu_usage_seconds_total{{{_CONTAINER}}}",
        "container_cpu_usage_seconds_total",
    ),
    _silence("ArgoRolloutsSilent", f"rollout_info{{{_ROLLOUT}}}", "rollout_info"),
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
        fires={f"kube_node_status_allocatable{{{_GPU_NODE}}}": always(1)},
        silent={
            f"kube_node_status_allocatable{{{_GPU_NODE}}}": always(1),
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
            f'kube_pod_container_resource_limits{{{_CONTAINER},resource="nvidia_com_gpu"}}': (
                always(1)
            ),
            'DCGM_FI_DEV_GPU_UTIL{gpu="0",node="node-1"}': always(40),
            **_RUNS,
        },
        silent={
            f'kube_pod_container_resource_limits{{{_CONTAINER},resource="nvidia_com_gpu"}}': (
                always(1)
            ),
            f"DCGM_FI_DEV_GPU_UTIL{{{_GPU}}}": always(40),
            **_RUNS,
        },
        labels=_OF_POD,
        summary="No GPU is reported for stt-1",
        description="dcgm-exporter leaves out which pod has it, "
        "so its use, and whether it is idle, are unknown.",
    ),
)

CASES = (*COST, *DEPLOYMENT, *ROLL_BACK, *MODELS, *SILENCE)
