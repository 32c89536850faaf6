"""NVIDIA's exporter of what GPUs do, on every machine that has some."""

from typing import ClassVar

from constructs import Construct

from charts.monitoring import NAMESPACE
from settings.nodes import GPU_LABEL, GPU_TAINT
from stacks.parts.controllers.controller import Controller, ControllerProps
from stacks.parts.controllers.kube_prometheus_stack import KubePrometheusStack

_COUNTERS = """\
DCGM_FI_DEV_GPU_UTIL,      gauge, GPU utilization (in %).
DCGM_FI_DEV_MEM_COPY_UTIL, gauge, Memory utilization (in %).
DCGM_FI_DEV_FB_USED,       gauge, Framebuffer memory used (in MiB).
DCGM_FI_DEV_FB_FREE,       gauge, Framebuffer memory free (in MiB).
DCGM_FI_DEV_GPU_TEMP,      gauge, GPU temperature (in C).
DCGM_FI_DEV_POWER_USAGE,   gauge, Power draw (in W).
DCGM_FI_DEV_XID_ERRORS,    gauge, Value of the last XID error encountered.
"""
"""What rules and dashboards ask for; none of these needs SYS_ADMIN, as those of the profiler do."""
_OF_THE_EXPORTER = "pod|namespace|container|service"


class DcgmExporter(Controller):
    """The exporter, which needs no rights in AWS.

    Where a GPU is shared, its series are told apart by pod, and beside those of pods stands that of
    the whole GPU, which has no pod. The exporter then looks at the processes of the node: it takes
    a pod of whose processes it sees none for an idle one.
    """

    NAME: ClassVar[str] = "dcgm-exporter"
    NEEDS: ClassVar[tuple[str, ...]] = (KubePrometheusStack.NAME,)

    def __init__(self, scope: Construct, *, props: ControllerProps) -> None:
        super().__init__(scope, props=props)
        sharing = {"name": "KUBERNETES_VIRTUAL_GPUS", "value": "true"}
        self.install(
            props=props,
            namespace=NAMESPACE,
            values={
                "customMetrics": _COUNTERS,
                "nodeSelector": GPU_LABEL,
                "tolerations": [
                    {"key": key, "value": value, "effect": "NoSchedule"}
                    for key, value in GPU_TAINT.items()
                ],
                "hostPID": props.shares_gpus,
                "extraEnv": [sharing] if props.shares_gpus else [],
                "kubernetes": {
                    "enablePodLabels": True,
                    "podLabelAllowlistRegex": [r"^app\.kubernetes\.io/name$"],
                },
                "securityContext": {
                    "runAsNonRoot": False,
                    "runAsUser": 0,
                    "capabilities": {"add": [], "drop": ["ALL"]},
                    "allowPrivilegeEscalation": False,
                },
                "serviceMonitor": {
                    "interval": "30s",
                    "honorLabels": True,
                    # Else a GPU that nobody has would be the exporter's own.
                    "relabelings": [
                        {"action": "labeldrop", "regex": _OF_THE_EXPORTER},
                        {
                            "sourceLabels": ["__meta_kubernetes_pod_node_name"],
                            "targetLabel": "node",
                        },
                    ],
                },
                "resources": self.size(self.NAME),
            },
        )
