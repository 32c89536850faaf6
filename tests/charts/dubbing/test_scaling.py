"""Pods come with jobs and with load, and go when both are gone."""

import pytest

from settings.dubbing.services import ModelService
from tests.charts.dubbing.examples import context_of, drawn
from tests.charts.examples import kinds, pick
from tests.settings.dubbing.examples import PROD, service_of

every_service = pytest.mark.parametrize("service", PROD.services, ids=lambda one: one.name)


@every_service
def test_jobs_and_gpus_decide_together(service: ModelService) -> None:
    """What waits and what is in work, and the load of all GPUs, whichever asks for more pods."""
    spec = pick(drawn(PROD)[service.name], "ScaledObject")["spec"]
    modifiers = spec["advanced"]["scalingModifiers"]
    assert modifiers == {
        "formula": (
            f"max((wait + active + prioritized) / {service.scaling.jobs_per_pod}, "
            f"gpu / {service.scaling.gpu_percent})"
        ),
        "target": "1",
        "metricType": "AverageValue",
    }
    *jobs, gpu = [one for one in spec["triggers"] if one["type"] in {"redis", "prometheus"}]
    assert [(one["name"], one["metadata"]["listName"]) for one in jobs] == [
        (state, f"bull:{service.queue}:{state}") for state in ("wait", "active", "prioritized")
    ]
    assert gpu["name"] == "gpu"
    assert f'pod=~"{service.name}-[^-]+-[^-]+"' in gpu["metadata"]["query"]


@every_service
def test_a_source_that_is_lost_leaves_the_pods_that_there_are(service: ModelService) -> None:
    """A missing series is a failure, and without a figure the autoscaler ends no pod."""
    spec = pick(drawn(PROD)[service.name], "ScaledObject")["spec"]
    assert "fallback" not in spec
    (gpu,) = [one for one in spec["triggers"] if one["type"] == "prometheus"]
    assert gpu["metadata"]["ignoreNullValues"] == "false"


@every_service
def test_the_autoscaler_owns_the_number_of_pods(service: ModelService) -> None:
    """It scales the Rollout, which stands before it and names no number."""
    objects = drawn(PROD)[service.name]
    rollout, scaler = pick(objects, "Rollout"), pick(objects, "ScaledObject")
    assert "replicas" not in rollout["spec"]
    assert scaler["spec"]["scaleTargetRef"] == {
        "apiVersion": rollout["apiVersion"],
        "kind": "Rollout",
        "name": rollout["metadata"]["name"],
    }
    assert kinds(objects).index("Rollout") < kinds(objects).index("ScaledObject")
    assert scaler["spec"]["minReplicaCount"] == service.fewest
    assert scaler["spec"]["maxReplicaCount"] == service.most


def test_pods_come_fast_and_go_slowly() -> None:
    """Of two ways to grow the faster one, of two ways to shrink the slower one."""
    stt = drawn(PROD)["whisper-pyannote-stt"]
    behavior = pick(stt, "ScaledObject")["spec"]["advanced"]["horizontalPodAutoscalerConfig"]
    assert behavior["behavior"] == {
        "scaleUp": {
            "stabilizationWindowSeconds": 60,
            "selectPolicy": "Max",
            "policies": [
                {"type": "Percent", "value": 100, "periodSeconds": 60},
                {"type": "Pods", "value": 2, "periodSeconds": 60},
            ],
        },
        "scaleDown": {
            "stabilizationWindowSeconds": 300,
            "selectPolicy": "Min",
            "policies": [
                {"type": "Percent", "value": 50, "periodSeconds": 120},
                {"type": "Pods", "value": 1, "periodSeconds": 120},
            ],
        },
    }


def test_cpu_and_memory_count_where_the_settings_say_so() -> None:
    """Beside jobs and GPUs, each by what the pods request."""
    found = {
        service.name: {
            one["type"]: one["metadata"]["value"]
            for one in pick(drawn(PROD)[service.name], "ScaledObject")["spec"]["triggers"]
            if one["type"] in {"cpu", "memory"}
        }
        for service in PROD.services
    }
    assert found == {
        "whisper-pyannote-stt": {"cpu": "70", "memory": "80"},
        "marian-mt": {"cpu": "70"},
        "styletts-tts": {},
        "xtts-tts": {},
        "wav2lip-lipsync": {"cpu": "70"},
    }


def test_the_password_is_read_by_keda_alone() -> None:
    """From Secrets Manager, with its operator's own role; no Secret holds it."""
    objects = drawn(PROD)["marian-mt"]
    secret = context_of(PROD).secrets.arns["valkey"]
    authentication = pick(objects, "TriggerAuthentication")["spec"]["awsSecretManager"]
    assert authentication["secrets"] == [{"parameter": "password", "name": secret}]
    assert authentication["podIdentity"] == {"provider": "aws", "identityOwner": "keda"}
    assert "Secret" not in kinds(objects)


def test_each_service_has_its_own_queue() -> None:
    """Preset and cloned voices were one queue once, told apart by a label that nobody set."""
    assert service_of(PROD, "styletts-tts").queue == "tts-preset"
    assert service_of(PROD, "xtts-tts").queue == "tts-clone"
