"""Of what a report tells: which days, and whose leads."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from app.leads.models import Lead
from app.reports.periods import Period, period_asked
from app.reports.periods import address_of as address_of_period

ME = "me"
"""Stands in an address for whoever reads it, so that it can be sent on."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Some days, and the leads of one user or of everybody."""

    period: Period
    owner_id: int | None = None
    is_mine: bool = False
    """Whether the address said "me" and not who that is."""

    @property
    def before(self) -> "Scope | None":
        """The same of the days just before; None where the period has no beginning or no end."""
        before = self.period.before
        return replace(self, period=before) if before else None

    def whose(self) -> list[sa.ColumnElement[bool]]:
        """What must hold of a lead for it to be counted, whenever it came."""
        return [] if self.owner_id is None else [Lead.owner_id == self.owner_id]

    def came(self) -> list[sa.ColumnElement[bool]]:
        """What must hold of a lead that came on one of the days."""
        return [self.period.has_moment(Lead.created_at), *self.whose()]


def scope_asked(asked: Mapping[str, str], today: date, me: int, users: Collection[int]) -> Scope:
    """What an address asks for: everybody's leads where it names nobody.

    Raises ValueError for what is no period, and for somebody who is none of the users.
    """
    period, owner = period_asked(asked, today), asked.get("owner", "")
    if not owner:
        return Scope(period)
    if owner == ME:
        return Scope(period, me, is_mine=True)
    if int(owner) not in users:
        raise ValueError("nobody of ours")
    return Scope(period, int(owner))


def address_of(scope: Scope) -> dict[str, str]:
    """What an address says of it, as `scope_asked` reads it."""
    owner = ME if scope.is_mine else str(scope.owner_id or "")
    return {**address_of_period(scope.period), **({"owner": owner} if owner else {})}
