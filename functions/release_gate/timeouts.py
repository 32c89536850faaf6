"""Timeouts of the gate, in seconds: how long each problem may last before it is final."""

import math
from collections.abc import Mapping

# Since the pod's containers could start: reasons of a container's waiting state.
WAITING_REASONS: Mapping[str, float] = {
    # kubelet has tried, and from now on tries ever more rarely.
    "ImagePullBackOff": 0,
    # The name cannot be parsed.
    "InvalidImageName": 0,
    # imagePullPolicy is Never, and the node lacks the image.
    "ErrImageNeverPull": 0,
    # A registry may stumble once: if it lasts, it turns into ImagePullBackOff by itself.
    "ErrImagePull": math.inf,
    # A Secret that the Secrets Store driver makes appears after the volume is mounted.
    "CreateContainerConfigError": 20,
    # kubelet asks the runtime again at once; what lasts is the container's fault.
    "CreateContainerError": 20,
    "RunContainerError": 20,
}

# Since the event's firstTimestamp, while no container of the pod has started.
EVENT_REASONS: Mapping[str, float] = {
    # A driver or the pod's identity may come up after the pod.
    "FailedMount": 60,
    # A volume is detached from its former node first.
    "FailedAttachVolume": 120,
    # The network plug-in may have to attach a network interface for more addresses.
    "FailedCreatePodSandBox": 60,
}

# Since the controller first failed to create a pod: a webhook may be restarting, and a service
# account may come after its workload.
FAILED_CREATE = 10

# Restarts at which a container without a back-off counts as crashing. One crash may be a
# dependency that was not there yet.
RESTARTS = 2

# Init containers fetch over the network with an identity that is eventually consistent, so they
# have more attempts, even when kubelet backs off.
INIT_RESTARTS = 3

# kubelet resets its back-off once a container has run this long, and so does the gate: a restart
# of last week says nothing about this release.
BACK_OFF_RESET = 600

# For which 401 and 403 are retried: an access entry takes effect some time after its creation.
ACCESS_ENTRY_DELAY = 300

# For which a pod that was ready may be unready before it counts as blocking its StatefulSet: one
# failed probe must not cost a replica.
UNREADY_GRACE = 30

# From the start of a release, for which a Rollout may still show how an earlier one ended.
OUTDATED_STATUS = 30
