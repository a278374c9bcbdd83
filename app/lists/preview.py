"""What a change to many will do, or has done: how many, who by name, and who is left as they are, and why."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from app.lists.change_queries import Name, counts_of, names_of, reasons_in, row_ids_of, rows_in
from app.lists.choices import deed_of
from app.lists.models import BulkChange, ListOf, RowState

NAMED = 10
"""How many of a group are named."""


@dataclass(frozen=True, slots=True)
class Group:
    """Some rows that share something: how many they are, and the first of them by name."""

    count: int
    names: list[Name]
    why: str = ""

    @property
    def more(self) -> int:
        """How many of them are not named."""
        return self.count - len(self.names)


@dataclass(frozen=True, slots=True)
class Outlook:
    """Who is changed, and who is left as they are, in groups by reason."""

    changed: Group
    left: list[Group]
    changed_ids: Collection[int] = ()

    @property
    def left_count(self) -> int:
        return sum(group.count for group in self.left)


def look_ahead(change: BulkChange) -> Outlook:
    """What the change would do now."""
    row_ids = row_ids_of(change.id)
    against = deed_of(change).reasons_against(row_ids)
    changed = [row_id for row_id in row_ids if row_id not in against]
    return _outlook(change.list_of, changed, {row_id: str(why) for row_id, why in sorted(against.items())})


def look_back(change: BulkChange, changed: RowState, left: RowState) -> Outlook:
    """What became of its rows: those in one state, and those in another with the reasons."""
    row_ids = [row.row_id for row in rows_in(change.id, changed, NAMED)]
    outlook = _outlook(change.list_of, row_ids, reasons_in(change.id, left))
    count = counts_of(change.id).get(changed, 0)
    return Outlook(Group(count, outlook.changed.names), outlook.left)


def _outlook(list_of: ListOf, changed: Collection[int], against: Mapping[int, str]) -> Outlook:
    by_reason: dict[str, list[int]] = {}
    for row_id, why in against.items():
        by_reason.setdefault(why, []).append(row_id)
    groups = [changed, *by_reason.values()]
    names = names_of(list_of, [row_id for group in groups for row_id in islice(group, NAMED)])
    first, *others = (Group(len(group), _named(group, names)) for group in groups)
    left = [Group(group.count, group.names, why) for group, why in zip(others, by_reason, strict=True)]
    return Outlook(first, sorted(left, key=lambda group: -group.count), changed)


def _named(row_ids: Iterable[int], names: Mapping[int, Name]) -> list[Name]:
    return [names[row_id] for row_id in islice(row_ids, NAMED) if row_id in names]
