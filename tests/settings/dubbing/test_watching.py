"""The figures of the specification by which Dubbing is watched."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from settings.checks import SettingError
from settings.dubbing.watching import (
    DeploymentLimits,
    Limit,
    RollBackLimits,
    WatchedService,
    Watching,
)
from settings.watching import Levels
from tests.settings.dubbing.examples import PROD


def test_each_service_has_its_queue_and_its_budget() -> None:
    """20,000 USD a month together."""
    assert [
        (service.name, service.queue, service.jobs_per_pod, service.usd_per_month)
        for service in PROD.watching.services
    ] == [
        ("whisper-pyannote-stt", "stt", 5, 5000),
        ("marian-mt", "mt", 10, 2000),
        ("styletts-tts", "tts-preset", 5, 5000),
        ("xtts-tts", "tts-clone", 3, 5000),
        ("wav2lip-lipsync", "lipsync", 3, 3000),
    ]


def test_money_is_worth_a_message_from_the_figures_of_the_specification() -> None:
    """80 % of a budget, 50 USD an hour, half a dollar a job; GPUs below 30 and 10 %."""
    cost = PROD.watching.cost
    assert cost.budget_ratio == Limit(value=0.8, minutes=10)
    assert cost.gpu_usd_per_hour == Limit(value=50, minutes=30)
    assert cost.usd_per_job == Limit(value=0.5, minutes=30)
    assert cost.low_gpu_percent == Limit(value=30, minutes=60)
    assert cost.idle_gpu_percent == Limit(value=10, minutes=30)


def test_a_release_has_as_long_as_the_specification_gives_it() -> None:
    """In minutes, with 5 % errors and two seconds at most."""
    limits = PROD.watching.deployment
    assert (limits.failed, limits.replicas_mismatch, limits.stuck) == (5, 10, 15)
    assert (limits.crash_looping, limits.not_ready, limits.image_pull) == (5, 10, 5)
    assert (limits.at_maximum, limits.scaling_disabled) == (15, 10)
    assert limits.error_ratio == Limit(value=0.05, minutes=5)
    assert limits.p95_seconds == Limit(value=2, minutes=5)
    assert limits.memory_ratio == limits.cpu_ratio == Limit(value=0.9, minutes=5)


def test_a_release_is_taken_back_from_the_figures_of_the_specification() -> None:
    """Twice the errors, more than twice the time; and two alerts that only warn."""
    limits = PROD.watching.roll_back
    assert limits.error_ratio == Limit(value=0.1, minutes=5)
    assert limits.p95_seconds == Limit(value=5, minutes=5)
    assert limits.restarts_per_pod == Limit(value=0.5, minutes=5)
    assert limits.store_away == 3
    assert limits.memory_ratio == Limit(value=0.95, minutes=5)
    assert limits.queue_jobs == Limit(value=10_000, minutes=10)


def test_models_are_watched_by_the_figures_of_the_specification() -> None:
    """Queues, failures, GPUs at 90 % and at 80 and 85 °C, ten seconds a job."""
    limits = PROD.watching.models
    assert limits.queue_jobs.value == 200
    assert limits.failed_job_ratio.value == 0.1
    assert limits.busy_gpu_percent == Limit(value=90, minutes=5)
    assert (limits.warm_celsius.value, limits.hot_celsius.value) == (80, 85)
    assert limits.job_p95_seconds.value == 10


def test_panels_turn_yellow_and_red_where_the_specification_says() -> None:
    """Each figure once."""
    levels = PROD.watching.levels
    assert levels.projected_usd == Levels(warning=15_000, critical=20_000)
    assert levels.budget_ratio == Levels(warning=0.7, critical=0.9)
    assert levels.failed_jobs_a_day == Levels(warning=10, critical=50)
    assert levels.success_ratio == Levels(warning=0.95, critical=0.9)
    assert levels.queue_jobs == Levels(warning=50, critical=100)
    assert levels.queue_jobs_by_stage == Levels(warning=100, critical=200)
    assert levels.failed_job_ratio == Levels(warning=0.05, critical=0.1)
    assert levels.model_error_ratio == Levels(warning=0.01, critical=0.05)
    assert levels.gpu_celsius == Levels(warning=80, critical=85)


_SERVICE = PROD.watching.services[0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Limit(value=0, minutes=5), "limit value is 0: must be above 0"),
        (lambda: Limit(value=1, minutes=0), "limit minutes is 0: must be at least 1"),
        (
            lambda: Levels(warning=1, critical=1),
            "levels is (1, 1): warning and critical must differ",
        ),
        (
            lambda: replace(_SERVICE, jobs_per_pod=0),
            "watched service whisper-pyannote-stt jobs_per_pod is 0: must be at least 1",
        ),
        (
            lambda: replace(_SERVICE, usd_per_month=0),
            "watched service whisper-pyannote-stt usd_per_month is 0: must be at least 1",
        ),
        (
            lambda: Watching(namespace="ai-models", services=()),
            "watching services is (): there must be at least one",
        ),
        (
            lambda: replace(PROD.watching, services=(_SERVICE, replace(_SERVICE, queue="mt"))),
            "watched service is 'whisper-pyannote-stt': each must be given once",
        ),
        (
            lambda: replace(PROD.watching, services=(_SERVICE, replace(_SERVICE, name="other"))),
            "watched queue is 'stt': each must be given once",
        ),
        (
            lambda: replace(
                PROD.watching,
                deployment=DeploymentLimits(error_ratio=Limit(value=0.2, minutes=5)),
                roll_back=RollBackLimits(),
            ),
            (
                "watching roll_back error_ratio is 0.1: "
                "must exceed the deployment's 0.2, which comes first"
            ),
        ),
    ],
)
def test_a_mistake_is_refused(make: Callable[[], WatchedService], message: str) -> None:
    """With the field, the value and what would be right."""
    with pytest.raises(SettingError) as refused:
        make()
    assert str(refused.value) == message
