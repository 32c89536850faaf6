"""What the analysers said of each kind, counted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an analyser said of one file."""

    kind: str
    name: str
    probability: float | None
    """None if it was not judged."""

    named: tuple[int, ...] = ()
    touched: range = range(0)
    """The frames that were tampered with."""

    @property
    def found(self) -> bool:
        """Whether a frame is named that was touched."""
        return any(number in self.touched for number in self.named)


def by_kind(answers: Iterable[Answer]) -> Mapping[str, list[Answer]]:
    kinds: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        kinds[answer.kind].append(answer)
    return kinds


def videos_table(title: str, answers: Iterable[Answer]) -> Table:
    """Count false alarms of clean clips, and what was found of tampered ones."""
    table = Table(title=title, title_justify="left")
    for heading in ("kind", "clips", "not judged", "named or found", "highest"):
        table.add_column(heading, justify="left" if heading == "kind" else "right")
    for kind, ones in by_kind(answers).items():
        judged = [one for one in ones if one.probability is not None]
        tampered = bool(ones[0].touched)
        hits = sum(one.found if tampered else bool(one.named) for one in judged)
        word = "found" if tampered else "named"
        table.add_row(
            *(kind, str(len(ones)), str(len(ones) - len(judged)), f"{hits} {word}"),
            f"{max((one.probability or 0 for one in judged), default=0):.3f}",
        )
    return table


def videos_summary(answers: Iterable[Answer]) -> Iterator[str]:
    """Say the figures that the analyser is held to."""
    every = list(answers)
    for what, ones in (
        ("clean", [one for one in every if not one.touched]),
        ("tampered", [one for one in every if one.touched]),
    ):
        judged = [one for one in ones if one.probability is not None]
        hits = [one for one in judged if (one.found if one.touched else one.named)]
        word = "with a touched frame named" if what == "tampered" else "with a frame named"
        of = len(judged) if what == "tampered" else len(ones)
        yield (
            f"{what}: {len(ones)} clips, not judged {share(len(ones) - len(judged), len(ones))}, "
            f"{word} {share(len(hits), of)}" + (" of those judged" if what == "tampered" else "")
        )
        if what == "clean":
            yield from (f"  named: {one.kind}, {one.name}: {one.named}" for one in hits)


def sounds_table(title: str, answers: Iterable[Answer], threshold: float) -> Table:
    table = Table(title=title, title_justify="left")
    headings = ("kind", "sounds", "with a score", "lowest", "median", "highest", "above")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "kind" else "right")
    for kind, ones in by_kind(answers).items():
        scores = sorted(one.probability for one in ones if one.probability is not None)
        shown = (scores[0], scores[len(scores) // 2], scores[-1]) if scores else ()
        table.add_row(
            *(kind, str(len(ones)), str(len(scores))),
            *([f"{score:.3f}" for score in shown] or [""] * 3),
            str(sum(score > threshold for score in scores)),
        )
    return table


def share(count: int, of: int) -> str:
    return f"{count} of {of} ({100 * count / of:.1f} %)" if of else f"{count} of {of}"
