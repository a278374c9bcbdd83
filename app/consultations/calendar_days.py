"""Where things lie in a calendar's day: which quarters of an hour by the clock on the wall, and beside what. Pure.

A day that the clocks make shorter or longer has its 24 hours here as well; what lasts through the change ends where the
clock on the wall says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.core.wall_clock import start_of_day

QUARTER_MINUTES = 15
DAY_QUARTERS = 24 * 60 // QUARTER_MINUTES
WIDTHS = (1, 2, 3, 4, 6)
"""Into how many lanes a day can be divided, so that a grid of twelve columns holds them."""


class Stretch(NamedTuple):
    """Some `thing` from one moment until another; none where it is plain time."""

    starts_at: datetime
    ends_at: datetime
    thing: Any = None


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch within one day: from which quarter, how many, and in which of how many lanes side by side."""

    starts: int
    quarters: int
    stretch: Stretch
    lane: int = 0
    lanes: int = 1

    @property
    def ends(self) -> int:
        return self.starts + self.quarters


def blocks_of(day: date, stretches: Iterable[Stretch], zone: ZoneInfo) -> list[Block]:
    """What of the stretches lies within the local day, the earliest first. Each takes a quarter at least."""
    begins, ends = start_of_day(day, zone), start_of_day(day + timedelta(days=1), zone)
    within = [each for each in stretches if each.starts_at < ends and each.ends_at > begins]
    blocks = [_block(each, begins, ends, zone) for each in within]
    return sorted(blocks, key=lambda block: (block.starts, -block.quarters))


def _block(stretch: Stretch, begins: datetime, ends: datetime, zone: ZoneInfo) -> Block:
    first = _minute(stretch.starts_at, zone) // QUARTER_MINUTES if stretch.starts_at > begins else 0
    last = -(-_minute(stretch.ends_at, zone) // QUARTER_MINUTES) if stretch.ends_at < ends else DAY_QUARTERS
    return Block(first, max(last - first, 1), stretch)


def _minute(moment: datetime, zone: ZoneInfo) -> int:
    local = moment.astimezone(zone)
    return local.hour * 60 + local.minute


def side_by_side(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, given in order, in lanes: none covers another, and those that touch nothing have the whole width."""
    placed: list[Block] = []
    cluster: list[Block] = []
    for block in blocks:
        if cluster and block.starts >= max(other.ends for other in cluster):
            placed += _laned(cluster)
            cluster = []
        cluster.append(block)
    return placed + _laned(cluster)


def _laned(cluster: Sequence[Block]) -> list[Block]:
    ends: list[int] = []
    lanes = []
    for block in cluster:
        lane = next((lane for lane, end in enumerate(ends) if end <= block.starts), len(ends))
        ends[lane : lane + 1] = [block.ends]
        lanes.append(lane)
    width = next((width for width in WIDTHS if width >= len(ends)), WIDTHS[-1])
    return [
        Block(block.starts, block.quarters, block.stretch, min(lane, width - 1), width)
        for block, lane in zip(cluster, lanes, strict=True)
    ]


def hours_shown(days: Iterable[Iterable[Block]], usual: tuple[int, int]) -> tuple[int, int]:
    """From which full hour until which a calendar has to show its days, the usual hours at least."""
    blocks = [block for day in days for block in day]
    first = min((block.starts * QUARTER_MINUTES // 60 for block in blocks), default=usual[0])
    last = max((-(-block.ends * QUARTER_MINUTES // 60) for block in blocks), default=usual[1])
    return min(first, usual[0]), max(last, usual[1])
