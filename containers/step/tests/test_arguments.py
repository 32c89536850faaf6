"""Arguments that cannot be."""

import pytest

from step.arguments import StepParser, a_place


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--to", "s3://"], "argument --to: 's3://' names no bucket: write s3://BUCKET/PREFIX/"),
        (["--two"], "unrecognized arguments: --two"),
    ],
)
def test_what_is_wrong_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    """With the code for it."""
    parser = StepParser(prog="played")
    parser.add_argument("--to", type=a_place)

    with pytest.raises(SystemExit) as raised:
        parser.parse_args(arguments)

    assert raised.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"played: {sentence}")
    assert said.count("\n") == 1
