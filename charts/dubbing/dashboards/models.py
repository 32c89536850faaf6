"""Dashboard 3: models and the GPUs under them."""

from charts.dubbing import rules
from charts.panels import Dashboard, Query, Unit, lines, stat
from settings.dubbing.watching import Watching

_GPU = "{{node}} {{gpu}}"


def models_dashboard(watching: Watching) -> Dashboard:
    """Return "Model performance"."""
    levels = watching.levels
    return Dashboard(
        uid="dubbing-models",
        title="Dubbing: model performance",
        description="How fast and how well the models answer, and what their GPUs do.",
        panels=(
            stat("Requests, 24 h", Unit.COUNT, "sum(increase(model_http_requests_total[1d]))"),
            stat("Mean GPU use", Unit.PERCENT, f"avg({rules.GPU_UTILIZATION_OF_POD.name})"),
            stat(
                "Requests that fail",
                Unit.RATIO,
                '(sum(rate(model_http_requests_total{code=~"5.."}[$__rate_interval])) or vector(0))'
                " / sum(rate(model_http_requests_total[$__rate_interval]))",
                levels=levels.model_error_ratio,
            ),
            stat(
                "Mean time of a request",
                Unit.SECONDS,
                "sum(rate(model_http_request_seconds_sum[$__rate_interval]))"
                " / sum(rate(model_http_request_seconds_count[$__rate_interval]))",
            ),
            stat(
                "GPU memory in use",
                Unit.MEBIBYTES,
                "sum(max by (UUID) (DCGM_FI_DEV_FB_USED))",
                description="Each GPU once, however many pods share it.",
            ),
            stat(
                "Models loaded",
                Unit.COUNT,
                "sum(max by (namespace, pod) (model_loaded))",
                description="Pods that have their model and take jobs.",
            ),
            lines(
                "Time of a request by model, p95",
                Unit.SECONDS,
                Query(rules.REQUEST_SECONDS.name, "{{service}}"),
                levels=levels.request_p95_seconds,
            ),
            lines(
                "GPU use by model",
                Unit.PERCENT,
                Query(rules.GPU_UTILIZATION.name, "{{service}}"),
                highest=100,
            ),
            lines(
                "Requests by model",
                Unit.PER_SECOND,
                Query(
                    "sum by (service) (rate(model_http_requests_total[$__rate_interval]))",
                    "{{service}}",
                ),
            ),
            lines(
                "GPU memory by model",
                Unit.RATIO,
                Query(rules.GPU_MEMORY.name, "{{service}}"),
                highest=1,
            ),
            lines(
                "Requests that fail, by model",
                Unit.RATIO,
                Query(rules.ERRORS.name, "{{service}}"),
                levels=levels.model_error_ratio,
            ),
            lines(
                "Mean size of the input",
                Unit.BYTES,
                Query(_mean("model_input_bytes"), "{{service}}"),
            ),
            lines(
                "Temperature",
                Unit.CELSIUS,
                Query("max by (node, gpu) (DCGM_FI_DEV_GPU_TEMP)", _GPU),
                levels=levels.gpu_celsius,
                columns=6,
            ),
            lines(
                "Power",
                Unit.WATT,
                Query("max by (node, gpu) (DCGM_FI_DEV_POWER_USAGE)", _GPU),
                columns=6,
            ),
            lines(
                "Mean batch",
                Unit.COUNT,
                Query(_mean("model_batch_size"), "{{service}}"),
                columns=6,
            ),
            lines(
                "Media processed",
                Unit.COUNT,
                Query(
                    "sum by (service) (rate(model_media_seconds_total[$__rate_interval]))",
                    "{{service}}",
                ),
                description="Seconds of media in a second: above 1 is faster than it plays.",
                columns=6,
            ),
        ),
    )


def _mean(histogram: str) -> str:
    """Return the mean of what a histogram has observed, by service."""
    return (
        f"sum by (service) (rate({histogram}_sum[$__rate_interval]))"
        f" / sum by (service) (rate({histogram}_count[$__rate_interval]))"
    )
