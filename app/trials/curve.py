"""How it goes as curves: own ratings by day, one small drawing for each scale. Pure: no database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.labels import name_here
from app.trials.check_ins import CheckIn, Scale
from app.trials.scales import HIGHEST

WIDTH, HEIGHT = 300, 128
LEFT, RIGHT, TOP, BOTTOM = 38, 18, 18, 24
"""The edges around the drawing itself, where numbers stand."""
AXIS = 26
"""How far to the right the lines across begin."""
SHORTEST_DAYS = 14
"""A curve is at least so wide, so that two days do not look like a long time."""
GRID = (0, 5, 10)
LABEL_OVER, LABEL_UNDER = -8, 16
"""How far over or under its dot a number stands."""


@dataclass(frozen=True, slots=True)
class Point:
    """A number, on a day counted from the hand-over."""

    day: int
    value: int


@dataclass(frozen=True, slots=True)
class Dot:
    """A point where it is drawn; the first and the last bear their numbers."""

    x: float
    y: float
    value: int
    has_label: bool
    label_y: float


@dataclass(frozen=True, slots=True)
class Curve:
    """One scale over the days, drawn beside others over the same days."""

    width: ClassVar = WIDTH
    height: ClassVar = HEIGHT
    axis: ClassVar = AXIS
    scale: Scale
    points: tuple[Point, ...]
    last_day: int

    @property
    def grid(self) -> list[tuple[int, float]]:
        """The lines across: what each stands for, and how far down it lies."""
        return [(value, y(value)) for value in GRID]

    @property
    def dots(self) -> list[Dot]:
        """The points in the drawing's own measures."""
        ends = (0, len(self.points) - 1)
        return [
            Dot(self.x(point.day), y(point.value), point.value, number in ends, _label_y(point.value))
            for number, point in enumerate(self.points)
        ]

    @property
    def line(self) -> str:
        """What joins the dots, as an SVG polyline has it; nothing where there is only one."""
        dots = self.dots
        return " ".join(f"{dot.x:g},{dot.y:g}" for dot in dots) if len(dots) > 1 else ""

    def x(self, day: int) -> float:
        """How far to the right a day lies."""
        return round(LEFT + day * (WIDTH - LEFT - RIGHT) / self.last_day, 1)

    @property
    def words(self) -> str:
        """The curve in a sentence, for who does not see it."""
        first, last, name = self.points[0], self.points[-1], name_here(self.scale)
        if first is last:
            return str(_("%(name)s: %(value)s av 10 %(day)s.", name=name, value=first.value, day=day_words(first.day)))
        return str(
            _(
                "%(name)s: %(first)s av 10 %(begin)s, %(last)s av 10 %(end)s. Som lägst %(low)s, som högst %(high)s.",
                name=name,
                first=first.value,
                begin=day_words(first.day),
                last=last.value,
                end=day_words(last.day),
                low=min(point.value for point in self.points),
                high=max(point.value for point in self.points),
            )
        )


@dataclass(frozen=True, slots=True)
class HowItGoes:
    """All that was told during a trial: the check-ins, the scales that were rated, and a curve for each."""

    check_ins: Sequence[CheckIn]
    curves: tuple[Curve, ...]

    def number(self, check_in: CheckIn, scale: Scale) -> str:
        """What was rated on a scale in a check-in; nothing where it was passed over."""
        return next((rating.value for rating in check_in.ratings if rating.scale_id == scale.id), "")


def how_it_goes(check_ins: Sequence[CheckIn], starts_on: date | None) -> HowItGoes:
    """The curves of these check-ins, the first day first; days are counted from the hand-over."""
    if not check_ins:
        return HowItGoes((), ())
    begins = starts_on or check_ins[0].day_on
    points: dict[Scale, list[Point]] = {}
    for check_in in check_ins:
        day = max(0, (check_in.day_on - begins).days)
        for rating in check_in.ratings:
            points.setdefault(rating.scale, []).append(Point(day, int(rating.value)))
    last_day = max(SHORTEST_DAYS, (check_ins[-1].day_on - begins).days)
    in_order = sorted(points, key=lambda scale: (scale.position, scale.id))
    return HowItGoes(check_ins, tuple(Curve(scale, tuple(points[scale]), last_day) for scale in in_order))


def y(value: int) -> float:
    """How far down a number of a scale lies."""
    return round(HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM) / HIGHEST, 1)


def day_words(day: int) -> str:
    """A day of a trial as it is said: "den första dagen", "efter 10 dagar"."""
    return str(ngettext("efter %(num)s dag", "efter %(num)s dagar", day)) if day else str(_("den första dagen"))


def _label_y(value: int) -> float:
    return y(value) + (LABEL_UNDER if value == HIGHEST else LABEL_OVER)
