"""The table that a measurement prints: each figure beside its limit from the same run, and what is aimed at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured number. `aim` says what is wanted in words, `is_met` whether it was reached (None: no aim)."""

    what: str
    value: str
    limit: str = ""
    aim: str = ""
    is_met: bool | None = None


HEAD = Figure("", "measured", "limit, same run", "aim")
WIDTHS = (46, 26, 34)


def say_heading(words: str, head: Figure = HEAD) -> None:
    """Begin a part."""
    print(f"\n{words}\n{'-' * len(words)}", flush=True)
    say(head)


def say(figure: Figure) -> None:
    """Print a line at once, so that a long run can be followed."""
    verdict = {True: "  reached", False: "  MISSED", None: ""}[figure.is_met]
    cells = (figure.what, figure.value, figure.limit)
    padded = "".join(f"{cell:<{width}}" for cell, width in zip(cells, WIDTHS, strict=True))
    print(f"{padded}{figure.aim}{verdict}".rstrip(), flush=True)
