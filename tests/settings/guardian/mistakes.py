"""Silver Guardian's analysers, uploads and workflow."""

from dataclasses import replace

from settings.guardian.workflow import WORKFLOW
from tests.settings.guardian.examples import DETECTOR, PROD
from tests.settings.mistakes import NAME_RULE, each_wrong, right, wrong

_AUDIO, _VIDEO, _UPLOADS = PROD.audio, PROD.video, PROD.uploads
_ORIGIN_RULE = "write it like https://guardian.example.com, without a path and without *"
_SIZE_RULE = "must be from 1 to 500, the analysers take no more"
_TRANSCRIPTION, _MODEL, _SCORING = WORKFLOW.transcription, WORKFLOW.model, WORKFLOW.scoring
_BANDS_RULE = "must rise, from 0 to below 100"

MISTAKES = (
    wrong(
        "both analyzers at one port",
        PROD,
        f"analyzer port is {_AUDIO.port}: audio-analyzer and video-analyzer need one each",
        video=replace(_VIDEO, port=_AUDIO.port),
    ),
    *each_wrong(
        _AUDIO, "analyzer", ("name", NAME_RULE, {"analyzer with an underscore": "audio_analyzer"})
    ),
    *each_wrong(
        _AUDIO,
        "analyzer audio-analyzer",
        ("port", "must be from 1 to 65535", {"analyzer at port zero": 0}),
        ("scratch_mib", "must be at least 1", {"analyzer without room for an upload": 0}),
        ("workload", NAME_RULE, {"analyzer on machines that no label can name": "ML"}),
        (
            "termination_grace",
            "must exceed the 10 s in which the worker gives back its message",
            {"analyzer killed before it can give back its message": 10},
        ),
    ),
    *each_wrong(
        DETECTOR,
        "detector",
        (
            "uri",
            "write it like s3://bucket/detectors/voices.onnx",
            {
                "detector from the web": "https://example.com/voices.onnx",
                "detector in no bucket": "s3://voices.onnx",
                "detector that is a directory": "s3://example-models/detectors/",
                "detector that is no ONNX file": "s3://example-models/voices.pt",
                "detector that is any of many": "s3://example-models/*.onnx",
                "detector with a query": "s3://example-models/voices.onnx?versionId=1",
                "detector with an empty name in its key": "s3://example-models//voices.onnx",
            },
        ),
        (
            "sha256",
            "write the 64 lower-case hexadecimal digits that sha256sum prints",
            {
                "detector without a hash": "",
                "detector by a hash as images have it": f"sha256:{'ab' * 32}",
                "detector by a hash in capitals": "AB" * 32,
            },
        ),
    ),
    *each_wrong(
        _UPLOADS,
        "uploads",
        (
            "prefix",
            "write it like uploads/, with a slash at the end only",
            {"uploads into the whole bucket": ""},
        ),
        (
            "largest_mb",
            _SIZE_RULE,
            {"uploads of nothing": 0, "uploads larger than the analysers take": 501},
        ),
        ("url_seconds", "must be from 1 to 3600", {"upload URL that outlives its signature": 3601}),
        ("origins", "name at least one web site", {"uploads from no web site": ()}),
    ),
    *(
        wrong(name, _UPLOADS, f"uploads origins is {origin!r}: {_ORIGIN_RULE}", origins=(origin,))
        for name, origin in {
            "uploads from every web site": "*",
            "uploads from a web site in the clear": "http://guardian.example.com",
            "uploads from a page": "https://guardian.example.com/",
        }.items()
    ),
    wrong(
        "web site given twice",
        _UPLOADS,
        f"uploads origins is {_UPLOADS.origins[0]!r}: each must be given once",
        origins=2 * _UPLOADS.origins,
    ),
    *each_wrong(
        _MODEL,
        "language model",
        (
            "profile",
            "name an inference profile, as global.anthropic.claude-haiku-4-5-20251001-v1:0",
            {"model without its profile": "claude-haiku"},
        ),
        ("region", "write it as ap-northeast-2", {"city": "Seoul"}),
        ("attempts", "must be above 0", {"model never asked": 0}),
    ),
    *each_wrong(
        _TRANSCRIPTION,
        "transcription",
        ("language", "write it as ko-KR", {"language as a word": "korean"}),
        ("poll_every", "must be above 0", {"job polled without a pause": 0}),
        ("limit", "must not be below poll_every (10)", {"job never polled": 5}),
        ("cut", "must be above 0", {"transcript of nothing": 0}),
    ),
    wrong(
        "part that counts for nothing",
        _SCORING,
        "scoring audio is 0.0: each part must count for something",
        audio=0.0,
        video=0.6,
    ),
    wrong(
        "parts that are more than the whole",
        _SCORING,
        "scoring weights is (0.4, 0.3, 0.4): together they must be 1",
        audio=0.4,
    ),
    wrong(
        "no medium risk", _SCORING, f"scoring bands is (60, 60): {_BANDS_RULE}", low=60, medium=60
    ),
    wrong("no high risk", _SCORING, f"scoring bands is (30, 100): {_BANDS_RULE}", medium=100),
    *each_wrong(
        WORKFLOW,
        "workflow",
        (
            "heartbeat",
            "must be above 0 and not above time_limit (3600)",
            {"heartbeat longer than the whole attempt": 3601},
        ),
        (
            "time_limit",
            "messages are kept for 345600 s",
            {"attempt that outlasts its message": 345_600},
        ),
        ("attempts", "must be above 0", {"branch never tried": 0}),
        ("busy_attempts", "must be above 0", {"quota never waited for": 0}),
        (
            "log_days",
            "CloudWatch Logs keeps for 1, 3, 5, 7, 14, 30 days",
            {"days that CloudWatch Logs does not know": 8},
        ),
    ),
)

EDGES = (
    right("shortest grace period of an analyser", _AUDIO, termination_grace=11),
    right("detector at the top of its bucket", DETECTOR, uri="s3://abc/v.onnx"),
    right("smallest upload", _UPLOADS, largest_mb=1),
    right("longest upload URL", _UPLOADS, url_seconds=3600),
    right(
        "front end on a developer's machine",
        _UPLOADS,
        origins=("http://localhost:3000", "http://localhost"),
    ),
)
