"""Faults in values that people decide on."""

from functools import partial

from tests.faults.fault import Fault, synth

_AVADOT = partial(
    Fault, path="settings/avadot/environments.py", kind="settings", system="AvadotProd"
)

FAULTS = (
    _AVADOT(
        name="a cache type with a typing error",
        old='node_type="cache.t4g.medium", nodes=2',
        new='node_type="cache.t4g.mediun", nodes=2',
        caught=synth("valkey node_type is 'cache.t4g.mediun'"),
    ),
    _AVADOT(
        name="no metrics-server under autoscalers",
        old='    "metrics-server",\n',
        new="",
        caught=synth("needs metrics-server"),
    ),
    _AVADOT(
        name="a zone that the region does not have",
        old='zones=("ap-northeast-2a", "ap-northeast-2c")',
        new='zones=("ap-northeast-2a", "ap-northeast-2e")',
        caught=synth("network zone is 'ap-northeast-2e'"),
    ),
)
