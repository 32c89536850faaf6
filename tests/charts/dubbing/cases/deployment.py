"""Cases of alerts about releases, pods and autoscalers."""

from tests.charts.dubbing.cases.given import (
    DEPLOYMENT_LABELS,
    HPA_LABELS,
    OF_HPA,
    OF_POD,
    OF_ROLLOUT,
    OF_STT,
    POD_LABELS,
    ROLLOUT_LABELS,
    Case,
    always,
    cpu,
    errors,
    growing,
    memory,
    replicas,
    slower_than,
    waiting,
)

CASES = (
    Case(
        alert="DeploymentFailed",
        fires={f'rollout_info{{{ROLLOUT_LABELS},phase="Abort"}}': always(1)},
        silent={
            f'rollout_info{{{ROLLOUT_LABELS},strategy="blueGreen",phase="Completed"}}': always(1)
        },
        labels=OF_ROLLOUT,
        summary="The release of whisper-pyannote-stt has failed",
        description="In namespace ai-models; what ran before still serves.",
    ),
    Case(
        alert="DeploymentFailed",
        fires={
            f'kube_deployment_status_condition{{{DEPLOYMENT_LABELS},condition="Progressing",'
            'status="false"}': always(1)
        },
        silent={
            f'kube_deployment_status_condition{{{DEPLOYMENT_LABELS},condition="Progressing",'
            'status="false"}': always(0)
        },
        labels={"namespace": "ai-models", "name": "queue-exporter"},
        summary="The release of queue-exporter has failed",
        description="In namespace ai-models; what ran before still serves.",
    ),
    Case(
        alert="ReplicasMismatch",
        fires={
            f"rollout_info_replicas_desired{{{ROLLOUT_LABELS}}}": always(3),
            f"rollout_info_replicas_available{{{ROLLOUT_LABELS}}}": always(2),
        },
        silent={
            f"rollout_info_replicas_desired{{{ROLLOUT_LABELS}}}": always(3),
            f"rollout_info_replicas_available{{{ROLLOUT_LABELS}}}": always(3),
        },
        labels=OF_ROLLOUT,
        summary="whisper-pyannote-stt does not have as many pods as it wants",
        description="Wanted in namespace ai-models: 3.",
    ),
    Case(
        alert="ReplicasMismatch",
        fires={
            f"kube_deployment_spec_replicas{{{DEPLOYMENT_LABELS}}}": always(1),
            f"kube_deployment_status_replicas_available{{{DEPLOYMENT_LABELS}}}": always(0),
        },
        silent={
            f"kube_deployment_spec_replicas{{{DEPLOYMENT_LABELS}}}": always(1),
            f"kube_deployment_status_replicas_available{{{DEPLOYMENT_LABELS}}}": always(1),
        },
        labels={"namespace": "ai-models", "name": "queue-exporter"},
        summary="queue-exporter does not have as many pods as it wants",
        description="Wanted in namespace ai-models: 1.",
    ),
    Case(
        alert="RolloutStuck",
        fires={f'rollout_info{{{ROLLOUT_LABELS},phase="Progressing"}}': always(1)},
        silent={f'rollout_info{{{ROLLOUT_LABELS},phase="Progressing"}}': "1x10 stale"},
        labels=OF_ROLLOUT,
        summary="The release of whisper-pyannote-stt does not finish",
        description="For 15 minutes; a model is loaded well before.",
    ),
    Case(
        alert="RolloutStuck",
        fires={
            f"kube_deployment_spec_replicas{{{DEPLOYMENT_LABELS}}}": always(2),
            f"kube_deployment_status_replicas_updated{{{DEPLOYMENT_LABELS}}}": always(1),
        },
        silent={
            f"kube_deployment_spec_replicas{{{DEPLOYMENT_LABELS}}}": always(2),
            f"kube_deployment_status_replicas_updated{{{DEPLOYMENT_LABELS}}}": always(2),
        },
        labels={"namespace": "ai-models", "name": "queue-exporter"},
        summary="The release of queue-exporter does not finish",
        description="For 15 minutes; a model is loaded well before.",
    ),
    Case(
        alert="PodCrashLooping",
        # Between two starts the container runs for a while, and the reason is gone.
        fires=waiting("CrashLoopBackOff", "1 0 0 " * 40),
        silent=waiting("PodInitializing"),
        labels={**OF_POD, "container": "server"},
        summary="server in stt-1 ends again and again",
        description="The kubelet waits longer each time before it starts it once more.",
    ),
    Case(
        alert="PodNotReady",
        fires={f'kube_pod_status_ready{{{POD_LABELS},condition="true"}}': always(0)},
        silent={
            f'kube_pod_status_ready{{{POD_LABELS},condition="true"}}': always(0),
            f'kube_pod_status_phase{{{POD_LABELS},phase="Succeeded"}}': always(1),
        },
        labels=OF_POD,
        summary="stt-1 is not ready",
        description="In namespace ai-models; it gets no requests.",
    ),
    Case(
        alert="ImagePullBackOff",
        fires=waiting("ImagePullBackOff"),
        silent=waiting("ContainerCreating"),
        labels={**OF_POD, "container": "server"},
        summary="The image of server in stt-1 cannot be pulled",
        description="In namespace ai-models.",
    ),
    Case(
        alert="HighMemoryUsage",
        fires=memory(0.92),
        silent=memory(0.89),
        labels={**OF_POD, "container": "server"},
        summary="server in stt-1 is short of memory",
        description="It uses 92% of its limit.",
    ),
    Case(
        alert="HighCPUUsage",
        fires=cpu(0.95),
        silent=cpu(0.85),
        labels={**OF_POD, "container": "server"},
        summary="server in stt-1 is short of CPU",
        description="It uses 95% of its limit.",
    ),
    Case(
        alert="HighErrorRate",
        fires=errors(6),
        silent=errors(4),
        labels=OF_STT,
        summary="whisper-pyannote-stt answers with errors",
        description="6% of its answers are 5xx.",
    ),
    Case(
        alert="HighLatency",
        fires=slower_than("2", 10),
        silent=slower_than("2", 4),
        labels=OF_STT,
        summary="whisper-pyannote-stt answers slowly",
        description="One request in twenty takes longer than 31s.",
    ),
    Case(
        alert="HPAMaxedOut",
        fires=replicas(8),
        silent=replicas(8, least=8),
        labels=OF_HPA,
        summary="keda-hpa-stt cannot add pods",
        description="It has had its most, 8, for 15 minutes; the queue may still grow.",
    ),
    Case(
        alert="HPAScalingDisabled",
        fires={
            f'kube_horizontalpodautoscaler_status_condition{{{HPA_LABELS},condition="ScalingActive",'
            'status="false"}': always(1)
        },
        silent={
            f'kube_horizontalpodautoscaler_status_condition{{{HPA_LABELS},condition="ScalingLimited",'
            'status="false"}': always(1)
        },
        labels={**OF_HPA, "condition": "ScalingActive", "status": "false"},
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
