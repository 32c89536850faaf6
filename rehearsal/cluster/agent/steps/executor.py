"""Argo's executor in the pods of workflows: starts their programs, ends them, reports them."""

import shutil
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from lightkube.models.core_v1 import Container, ContainerStatus, PodStatus
from lightkube.resources.core_v1 import ConfigMap, Node, Pod
from msgspec.structs import replace

from rehearsal.cluster.addon_pods import SYSTEM_NAMESPACE
from rehearsal.cluster.agent.container import end
from rehearsal.cluster.agent.images import PulledImage, WaitingReason
from rehearsal.cluster.agent.informer import Informer
from rehearsal.cluster.agent.pod_status import ImageOf, advance_pod, conditions_of
from rehearsal.cluster.agent.steps.mains import KILLED, End, EndedMain, Main, PlayedMain, played_by
from rehearsal.cluster.agent.steps.programs import Programs
from rehearsal.cluster.agent.steps.results import TaskResult
from rehearsal.cluster.agent.steps.runs import Run
from rehearsal.cluster.agent.steps.step import INIT, MAIN, WAIT, Step
from rehearsal.cluster.objects import has_ended, namespace_of, status_of, uid_of
from rehearsal.cluster.played_steps import STEPS_NAME, step_of

_DEADLINE_REASON = "DeadlineExceeded"
_DEADLINE_MESSAGE = "Pod was active on the node longer than the specified deadline"
_LOST = "its process has ended with the agent that had started it"


class Steps:
    """The steps of all workflows whose pods have a kubelet."""

    def __init__(self, directory: Path, programs: Programs, settings: Informer[ConfigMap]) -> None:
        self._directory = directory
        self._programs = programs
        self._settings = settings
        self._runs: dict[str, Run] = {}
        self._begun: set[str] = set()
        """Pods whose main container this agent has let start."""
        self._killed: list[Main] = []

    def advance(
        self, pod: Pod, node: Node, image_of: ImageOf, address: str, time: datetime
    ) -> PodStatus:
        """Return the status that follows for the pod of a step."""
        step, uid = Step.of(pod), uid_of(pod)
        main = _main_of(status_of(pod))
        if uid not in self._runs and _runs(main):
            self._begin(step, pod, node, image_of)
        run = self._runs.get(uid)
        is_over = step.pod_deadline is not None and time >= step.pod_deadline
        if run is not None:
            if is_over:
                run.stop(time)
            elif step.deadline is not None and time >= step.deadline:
                run.exceed(time)
            pod = _seen(pod, run, time, stopped=is_over)
        if is_over and (run is None or run.reported is not None):
            return _failed_by_deadline(pod, time)
        following = advance_pod(pod, _with_executor(image_of), address, time, tended=(MAIN, WAIT))
        if _runs(_main_of(following)) and not _runs(main):
            self._begun.add(uid)
        return following

    def end(self, pod: Pod, time: datetime) -> Pod | None:
        """Stop the step of a deleted pod; return the pod as it has ended, once it has."""
        run = self._runs.get(uid_of(pod))
        if run is None:
            return pod
        run.stop(time)
        pod = _seen(pod, run, time, stopped=True)
        return pod if run.reported is not None else None

    def keep_only(self, pods: Collection[Pod], time: datetime) -> None:
        """Kill what belongs to other pods: those that are gone, or whose machine is lost."""
        kept = {uid_of(pod) for pod in pods if not has_ended(pod)}
        for uid in self._runs.keys() - kept:
            run = self._runs.pop(uid)
            run.main.kill()
            self._killed.append(run.main)
            run.result.close()
            shutil.rmtree(run.home, ignore_errors=True)
        self._begun &= kept
        self._killed = [main for main in self._killed if main.end(time) is None]

    def _begin(self, step: Step, pod: Pod, node: Node, image_of: ImageOf) -> None:
        image = image_of(step.main)
        if not isinstance(image, PulledImage):
            return  # this agent is a new one, and does not know the image yet
        stored = self._settings.get(STEPS_NAME, SYSTEM_NAMESPACE)
        set_by_drill = step_of(stored, namespace_of(pod), step.node_name)
        played = set_by_drill or played_by(image)
        home = self._directory / uid_of(pod)
        home.mkdir(parents=True, exist_ok=True)
        main: Main
        if image.program is None or (set_by_drill and not set_by_drill.runs):
            main = PlayedMain(played, _started(pod))
        elif uid_of(pod) in self._begun:
            main = self._programs.start(step, pod, node, image.program, home)
        else:
            main = EndedMain(End(code=KILLED, message=_LOST))
        result = TaskResult(step, pod, self._programs.provisions)
        run = Run(step=step, main=main, played=played, result=result, home=home)
        self._runs[uid_of(pod)] = run
        run.begin()


def _with_executor(image_of: ImageOf) -> Callable[[Container], PulledImage | WaitingReason]:
    """Have Argo's own image on every machine."""

    def find(container: Container) -> PulledImage | WaitingReason:
        if container.name in (INIT, WAIT):
            return PulledImage(identity=container.image or "", startup_seconds=0)
        found = image_of(container)
        if container.name == MAIN and isinstance(found, PulledImage):
            return PulledImage(identity=found.identity, startup_seconds=0)
        return found

    return find


def _seen(pod: Pod, run: Run, time: datetime, *, stopped: bool) -> Pod:
    """Return the pod with what has ended in it; once the program has, that is reported."""
    ended = run.main.end(time)
    if ended is None:
        return pod
    run.report(stopped=stopped)
    ends = {MAIN: ended, WAIT: run.reported}
    known = status_of(pod)
    statuses = [_ended(one, ends.get(one.name), time) for one in known.containerStatuses or []]
    status = replace(known, containerStatuses=statuses)
    return Pod(metadata=pod.metadata, spec=pod.spec, status=status)


def _ended(status: ContainerStatus, found: End | None, time: datetime) -> ContainerStatus:
    if found is None or not _runs(status):
        return status
    return end(status, time, code=found.code, reason=found.reason, message=found.message)


def _failed_by_deadline(pod: Pod, time: datetime) -> PodStatus:
    failed = replace(
        status_of(pod), phase="Failed", reason=_DEADLINE_REASON, message=_DEADLINE_MESSAGE
    )
    return replace(failed, conditions=conditions_of(pod, failed, time, has_sandbox=False))


def _main_of(status: PodStatus) -> ContainerStatus | None:
    return next((one for one in status.containerStatuses or [] if one.name == MAIN), None)


def _runs(status: ContainerStatus | None) -> bool:
    return bool(status and status.state and status.state.running)


def _started(pod: Pod) -> datetime:
    main = _main_of(status_of(pod))
    running = main.state.running if main and main.state else None
    if running is None or running.startedAt is None:
        message = "a step begins once its main container runs"
        raise ValueError(message)
    return running.startedAt
