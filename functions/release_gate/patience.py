"""How long each trouble of a pod may last before waiting longer is no use, and why."""

import math
from collections.abc import Mapping

# Seconds since the pod's containers could start. Reasons a container gives for not running.
WAITING_REASONS: Mapping[str, float] = {
    # kubelet has tried, and from now on tries ever more rarely.
    "ImagePullBackOff": 0,
    # A name that cannot be parsed does not become better.
    "InvalidImageName": 0,
    # The pod forbids the pull that it needs.
    "ErrImageNeverPull": 0,
    # A registry may stumble once: if it lasts, it turns into ImagePullBackOff by itself.
    "ErrImagePull": math.inf,
    # A Secret that the Secrets Store driver makes appears after the volume is mounted.
    "CreateContainerConfigError": 20,
    # The runtime is asked again at once; what is left after that is the container's fault.
    "CreateContainerError": 20,
    "RunContainerError": 20,
}

# Seconds since the event was seen first, while the pod has no running container.
EVENT_REASONS: Mapping[str, float] = {
    # A driver or the pod's identity may come up after the pod.
    "FailedMount": 60,
    # A volume is let go by its former node first.
    "FailedAttachVolume": 120,
    # The network plugin hands out an address only once it has one.
    "FailedCreatePodSandBox": 60,
}

# Seconds since the controller was first refused a pod: a webhook may be restarting, and a service
# account may come after its workload.
REFUSED_POD = 10

# Restarts at which a container without a back-off counts as crashing. One crash may be a
# dependency that was not there yet.
RESTARTS = 2

# Init containers fetch over the network with an identity that is eventually consistent, so they
# are let try more often, even when kubelet backs off.
INIT_RESTARTS = 3

# kubelet forgets earlier crashes once a container has run this many seconds, and so does the gate:
# a restart of last week says nothing about this release.
CRASH_REMEMBERED = 600

# Seconds for which a 401 or 403 may be the access entry on its way: EKS makes it known to the
# cluster some time after the call that created it.
ACCESS_SETTLES = 300

# Seconds for which a pod that has served may be unready before it blocks its StatefulSet.
# A probe that failed once must not cost a replica.
UNREADY_GRACE = 30
