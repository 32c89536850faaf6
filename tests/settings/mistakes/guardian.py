"""Mistakes in Silver Guardian's stores, and what only the whole can see."""

from dataclasses import replace

from tests.settings.examples import GENERAL, GUARDIAN, ML_SPOT
from tests.settings.mistakes import Mistake

_AUDIO, _VIDEO = GUARDIAN.audio, GUARDIAN.video
_CLUSTER = GUARDIAN.cluster
_ORIGIN_RULE = "write it like https://guardian.example.com, without a path and without *"

STORES = (
    Mistake(
        "PostgreSQL of another major version",
        lambda: replace(GUARDIAN.postgresql, version="17.4"),
        "postgresql version is '17.4': use 16 with its minor version, as 16.10; "
        "the tests run with no other",
    ),
    Mistake(
        "PostgreSQL without its minor version",
        lambda: replace(GUARDIAN.postgresql, version="16"),
        "postgresql version is '16': use 16 with its minor version, as 16.10; "
        "the tests run with no other",
    ),
    Mistake(
        "PostgreSQL instance type as RDS spells it",
        lambda: replace(GUARDIAN.postgresql, instance_type="db.t3.micro"),
        "postgresql instance_type is 'db.t3.micro': write it as m7g.large, without db.",
    ),
    Mistake(
        "PostgreSQL at a port that TCP does not have",
        lambda: replace(GUARDIAN.postgresql, port=65536),
        "postgresql port is 65536: must be from 1 to 65535",
    ),
    Mistake(
        "uploads into the whole bucket",
        lambda: replace(GUARDIAN.uploads, prefix=""),
        "uploads prefix is '': write it like uploads/, with a slash at the end only",
    ),
    Mistake(
        "uploads of nothing",
        lambda: replace(GUARDIAN.uploads, largest_mb=0),
        "uploads largest_mb is 0: must be from 1 to 500, the analysers take no more",
    ),
    Mistake(
        "uploads larger than the analysers take",
        lambda: replace(GUARDIAN.uploads, largest_mb=501),
        "uploads largest_mb is 501: must be from 1 to 500, the analysers take no more",
    ),
    Mistake(
        "upload address that outlives its signature",
        lambda: replace(GUARDIAN.uploads, url_seconds=3601),
        "uploads url_seconds is 3601: must be from 1 to 3600",
    ),
    Mistake(
        "uploads from no web site",
        lambda: replace(GUARDIAN.uploads, origins=()),
        "uploads origins is (): name at least one web site",
    ),
    Mistake(
        "uploads from every web site",
        lambda: replace(GUARDIAN.uploads, origins=("*",)),
        f"uploads origins is '*': {_ORIGIN_RULE}",
    ),
    Mistake(
        "uploads from a web site in the clear",
        lambda: replace(GUARDIAN.uploads, origins=("http://guardian.example.com",)),
        f"uploads origins is 'http://guardian.example.com': {_ORIGIN_RULE}",
    ),
    Mistake(
        "uploads from a page",
        lambda: replace(GUARDIAN.uploads, origins=("https://guardian.example.com/",)),
        f"uploads origins is 'https://guardian.example.com/': {_ORIGIN_RULE}",
    ),
    Mistake(
        "web site given twice",
        lambda: replace(GUARDIAN.uploads, origins=2 * GUARDIAN.uploads.origins),
        "uploads origins is 'https://silver-guardian.example.com': each must be given once",
    ),
)

GUARDIAN_SYSTEM = (
    Mistake(
        "both analyzers of one name",
        lambda: replace(GUARDIAN, video=replace(_VIDEO, name="audio-analyzer")),
        "analyzer name is 'audio-analyzer': each must be given once",
    ),
    Mistake(
        "both analyzers at one port",
        lambda: replace(GUARDIAN, video=replace(_VIDEO, port=8000)),
        "analyzer port is 8000: audio-analyzer and video-analyzer need one each",
    ),
    Mistake(
        "machines kept for nobody",
        lambda: replace(
            GUARDIAN,
            cluster=replace(
                _CLUSTER, node_groups=(GENERAL, ML_SPOT, replace(ML_SPOT, name="x", workload="x"))
            ),
        ),
        "node group x workload is 'x': "
        "no analyzer is of this kind, and nothing else may use its machines",
    ),
    Mistake(
        "analyzer without machines",
        lambda: replace(GUARDIAN, cluster=replace(_CLUSTER, node_groups=(GENERAL,))),
        "analyzer video-analyzer workload is 'ml': no node group is kept for it",
    ),
    Mistake(
        "release that cannot await a machine's start",
        lambda: replace(
            GUARDIAN,
            audio=replace(_AUDIO, rollout=replace(_AUDIO.rollout, scheduled_within=179)),
        ),
        "analyzer audio-analyzer rollout scheduled_within is 179: "
        "node group ml-spot may be empty, and a machine takes up to 180 s to start",
    ),
    Mistake(
        "analyzer that outlives its spot machine",
        lambda: replace(GUARDIAN, video=replace(_VIDEO, grace=120)),
        "analyzer video-analyzer grace is 120: "
        "a spot machine of ml-spot is gone 120 s after its notice",
    ),
    Mistake(
        "more analyzers than their machines hold",
        lambda: replace(
            GUARDIAN,
            cluster=replace(_CLUSTER, node_groups=(GENERAL, replace(ML_SPOT, maximum=1))),
        ),
        "analyzer video-analyzer scaling maximum is 5: the machines for ml at their maximum "
        "hold 3 of its pods; add nodes or lower the maximum",
    ),
    Mistake(
        "analyzer that fits the largest of its machines only",
        lambda: replace(
            GUARDIAN,
            video=replace(
                _VIDEO, resources=replace(_VIDEO.resources, cpu_milli=4000, cpu_limit_milli=4000)
            ),
        ),
        "analyzer video-analyzer scaling maximum is 5: the machines for ml at their maximum "
        "hold 0 of its pods; add nodes or lower the maximum",
    ),
    Mistake(
        "controllers that fit no machine that is always there",
        lambda: replace(
            GUARDIAN,
            cluster=replace(
                _CLUSTER, node_groups=(replace(GENERAL, minimum=0, desired=0), ML_SPOT)
            ),
        ),
        f"cluster add_ons is {_CLUSTER.add_ons}: node groups general at their minimum do not hold "
        "them (left are -800 cpu_milli, -1140 memory_mib, -8 pods)",
    ),
    Mistake(
        "zone of another region in the second system",
        lambda: replace(
            GUARDIAN,
            network=replace(GUARDIAN.network, zones=("ap-northeast-2a", "us-east-1a")),
        ),
        "network zone is 'us-east-1a': must be region ap-northeast-2 and one letter",
    ),
)
