"""Faults in what is applied to the cluster."""

from functools import partial

from tests.faults.fault import Fault, plan, relation, synth

_AVADOT = partial(Fault, system="AvadotProd")
_GUARDIAN = partial(Fault, system="GuardianProd")

FAULTS = (
    _AVADOT(
        name="a disruption budget that lets no pod go",
        kind="disruption",
        path="charts/deployment.py",
        old="maxUnavailable=1, selector",
        new="maxUnavailable=0, selector",
        caught=plan("allows no disruption"),
    ),
    _AVADOT(
        name="the name service's policy selects no pod of CoreDNS",
        kind="network policy",
        path="charts/network_policy.py",
        old='{"k8s-app": "kube-dns"}',
        new='{"k8s-app": "coredns"}',
        caught=plan("no longer allows egress"),
    ),
    _AVADOT(
        name="listeners in single quotes",
        kind="load balancer",
        path="charts/ingress.py",
        old='{"listen-ports": json.dumps([{"HTTP": port}])}',
        new='{"listen-ports": str([{"HTTP": port}])}',
        caught=synth("listen-ports"),
    ),
    _GUARDIAN(
        name="an analyser is told of its queue by another name",
        kind="contract",
        path="charts/guardian/analyzer.py",
        old='"QUEUE_URL": context.queue_url',
        new='"SQS_QUEUE_URL": context.queue_url',
        caught=relation("tests/contracts/test_variables.py"),
    ),
)
