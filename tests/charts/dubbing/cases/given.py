"""What cases are made of: labels of one service, its pod and its GPU, and series of them."""

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


OF_STT = {"namespace": "ai-models", "service": "whisper-pyannote-stt"}
STT_LABELS = 'namespace="ai-models",service="whisper-pyannote-stt"'
POD_LABELS = 'namespace="ai-models",pod="stt-1"'
CONTAINER_LABELS = f'{POD_LABELS},container="server"'
OF_POD = {"namespace": "ai-models", "pod": "stt-1"}
POD_IS_NAMED = {
    f'kube_pod_labels{{{POD_LABELS},label_app_kubernetes_io_name="whisper-pyannote-stt",'
    'service="kube-state-metrics"}': always(1)
}
GPU_LABELS = f'{POD_LABELS},gpu="0",UUID="GPU-1",node="node-1",service="dcgm-exporter"'
OF_GPU = {"node": "node-1", "gpu": "0"}
POD_RUNS = {f'kube_pod_status_phase{{{POD_LABELS},phase="Running"}}': always(1)}
ROLLOUT_LABELS = 'namespace="ai-models",name="whisper-pyannote-stt"'
OF_ROLLOUT = {"namespace": "ai-models", "name": "whisper-pyannote-stt"}
DEPLOYMENT_LABELS = 'namespace="ai-models",deployment="queue-exporter"'
HPA_LABELS = 'namespace="ai-models",horizontalpodautoscaler="keda-hpa-stt"'
OF_HPA = {"namespace": "ai-models", "horizontalpodautoscaler": "keda-hpa-stt"}
GPU_NODE_LABELS = 'node="node-1",resource="nvidia_com_gpu"'
SERVICES = tuple(service.name for service in PROD.watching.services)
QUEUES = tuple(service.queue for service in PROD.watching.services)


def gpu(metric: str, value: float) -> Given:
    return {f"{metric}{{{GPU_LABELS}}}": always(value), **POD_IS_NAMED, **POD_RUNS}


def errors(failed: float) -> Given:
    return {
        f'model_http_requests_total{{{STT_LABELS},pod="stt-1",code="200"}}': growing(100 - failed),
        f'model_http_requests_total{{{STT_LABELS},pod="stt-1",code="500"}}': growing(failed),
    }


def slower_than(seconds: str, slow: float) -> Given:
    """Of 100 requests a minute, so many take longer."""
    histogram = "model_http_request_seconds_bucket"
    return {
        f'{histogram}{{{STT_LABELS},pod="stt-1",le="{seconds}"}}': growing(100 - slow),
        f'{histogram}{{{STT_LABELS},pod="stt-1",le="60"}}': growing(100),
        f'{histogram}{{{STT_LABELS},pod="stt-1",le="+Inf"}}': growing(100),
    }


def waiting(reason: str, values: str = "1x120") -> Given:
    series = "kube_pod_container_status_waiting_reason"
    return {f'{series}{{{CONTAINER_LABELS},reason="{reason}"}}': values}


def memory(ratio: float) -> Given:
    return {
        f"container_memory_working_set_bytes{{{CONTAINER_LABELS}}}": always(ratio * 1000),
        f'kube_pod_container_resource_limits{{{CONTAINER_LABELS},resource="memory"}}': always(1000),
    }


def cpu(cores: float) -> Given:
    return {
        f"container_cpu_usage_seconds_total{{{CONTAINER_LABELS}}}": growing(cores * 60),
        f'kube_pod_container_resource_limits{{{CONTAINER_LABELS},resource="cpu"}}': always(1),
    }


def pending(jobs: int) -> Given:
    return {
        'bullmq_job_count{queue="stt",state="wait",pod="a"}': always(jobs - 2),
        'bullmq_job_count{queue="stt",state="active",pod="a"}': always(2),
        # What has ended is no backlog, and a second scrape of the same queue no second queue.
        'bullmq_job_count{queue="stt",state="completed",pod="a"}': always(50_000),
        'bullmq_job_count{queue="stt",state="wait",pod="b"}': always(jobs - 2),
    }


def replicas(now: int, least: int = 2) -> Given:
    return {
        f"kube_horizontalpodautoscaler_status_current_replicas{{{HPA_LABELS}}}": always(now),
        f"kube_horizontalpodautoscaler_spec_min_replicas{{{HPA_LABELS}}}": always(least),
        f"kube_horizontalpodautoscaler_spec_max_replicas{{{HPA_LABELS}}}": always(8),
    }


def gpu_nodes_at(usd: float) -> Given:
    return {
        'cost_node_usd_per_hour{node="node-1",instance_type="p4d.24xlarge"}': always(usd),
        f"kube_node_status_capacity{{{GPU_NODE_LABELS}}}": always(8),
        # A node without GPUs costs too, but is not what the alert is about.
        'cost_node_usd_per_hour{node="node-2",instance_type="m5.xlarge"}': always(40),
        'kube_node_status_capacity{node="node-2",resource="cpu"}': always(4),
    }
