"""Dashboard 5: releases, the pods that they bring, and what scales them."""

from charts.dubbing import rules
from charts.panels import Dashboard, Query, Unit, lines, stat, table
from settings.dubbing.watching import Watching

_HPA = "kube_horizontalpodautoscaler"


def deployment_dashboard(watching: Watching) -> Dashboard:
    """Return "Deployment"."""
    levels, here = watching.levels, f'namespace="{watching.namespace}"'
    ready = f'max by (namespace, pod) (kube_pod_status_ready{{{here},condition="true"}})'
    requests = (
        f"sum by (namespace, pod) (rate(model_http_requests_total{{{here}}}[$__rate_interval]))"
    )
    return Dashboard(
        uid="dubbing-deployment",
        title="Dubbing: deployment",
        description="How far a release is, which colour serves, and how many pods there are.",
        panels=(
            stat(
                "Releases that failed",
                Unit.COUNT,
                'count(rollout_info{phase=~"Timeout|Error|Abort|InvalidSpec"}) or vector(0)',
            ),
            stat(
                "Releases in progress",
                Unit.COUNT,
                'count(rollout_info{phase=~"Progressing|Paused"}) or vector(0)',
            ),
            stat(
                "Pods up to date",
                Unit.RATIO,
                "sum(rollout_info_replicas_updated) / sum(rollout_info_replicas_desired)",
            ),
            stat(
                "Pods not ready",
                Unit.COUNT,
                f'sum(max by (pod) (kube_pod_status_ready{{{here},condition="true"}}) == bool 0)',
            ),
            stat(
                "Images that cannot be pulled",
                Unit.COUNT,
                "count(kube_pod_container_status_waiting_reason"
                '{reason=~"ImagePullBackOff|ErrImagePull"} == 1) or vector(0)',
            ),
            stat(
                "Failed pods",
                Unit.COUNT,
                f'sum(max by (pod) (kube_pod_status_phase{{{here},phase="Failed"}}))',
            ),
            table(
                "State of each release",
                Unit.COUNT,
                Query("max by (name, phase) (rollout_info)", "{{name}} {{phase}}"),
            ),
            lines(
                "Events of releases",
                Unit.COUNT,
                Query(
                    "sum by (name, reason) (increase(rollout_events_total[$__rate_interval])) > 0",
                    "{{name}} {{reason}}",
                ),
                description="What Argo Rollouts did, and when: the timeline of a release.",
            ),
            lines(
                "Analyses by outcome",
                Unit.COUNT,
                Query(
                    "count by (phase) (max by (namespace, name, phase) (analysis_run_info))",
                    "{{phase}}",
                ),
            ),
            lines(
                "Pods by colour",
                Unit.COUNT,
                Query(
                    _by_colour(ready),
                    "{{owner_name}}",
                ),
                description="Ready pods of each ReplicaSet.",
            ),
            lines(
                "Requests by colour",
                Unit.PER_SECOND,
                Query(
                    _by_colour(requests),
                    "{{owner_name}}",
                ),
                description="Which ReplicaSet does the work.",
            ),
            lines(
                "Requests that fail",
                Unit.RATIO,
                Query(rules.ERRORS.name, "{{service}}"),
                levels=levels.model_error_ratio,
            ),
            lines(
                "Time of a request, p95",
                Unit.SECONDS,
                Query(rules.REQUEST_SECONDS.name, "{{service}}"),
                levels=levels.request_p95_seconds,
            ),
            lines(
                "Restarts per pod, 10 min",
                Unit.COUNT,
                Query(rules.RESTARTS_OF_POD.name, "{{service}}"),
            ),
            lines(
                "Pods of autoscalers",
                Unit.COUNT,
                Query(
                    f"max by (horizontalpodautoscaler) ({_HPA}_status_current_replicas)",
                    "{{horizontalpodautoscaler}}",
                ),
                Query(
                    f"max by (horizontalpodautoscaler) ({_HPA}_status_desired_replicas)",
                    "{{horizontalpodautoscaler}}, wanted",
                ),
            ),
            lines(
                "Memory of the limit",
                Unit.RATIO,
                Query(f"max by (pod) ({rules.MEMORY_OF_LIMIT.name}{{{here}}})", "{{pod}}"),
                levels=levels.of_limit_ratio,
                columns=12,
            ),
            lines(
                "CPU of the limit",
                Unit.RATIO,
                Query(f"max by (pod) ({rules.CPU_OF_LIMIT.name}{{{here}}})", "{{pod}}"),
                levels=levels.of_limit_ratio,
                columns=12,
            ),
        ),
    )


def _by_colour(of_pods: str) -> str:
    """Add up by ReplicaSet, which is what a colour is, whatever Services call it."""
    owners = 'max by (namespace, pod, owner_name) (kube_pod_owner{owner_kind="ReplicaSet"})'
    return f"sum by (owner_name) ({of_pods} * on (namespace, pod) group_left (owner_name) {owners})"
