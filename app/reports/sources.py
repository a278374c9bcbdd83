"""Where the leads of a period came from: the page that linked here, the campaign, the button, or our own hands."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased

from app.core.db import db
from app.core.words import sort_key
from app.enquiries.models import Enquiry
from app.leads.models import IS_A_MOVE, Lead, LeadEvent
from app.leads.stages import Stage
from app.reports.cells import Share
from app.reports.scope import Scope
from app.reports.tables import Column, Table
from app.reports.touches import IS_A_LETTER, is_letter

BUTTON_WORDS = {
    "top": _l("Överst i artikeln"),
    "end": _l("Efter artikeln"),
    "list": _l("Artikellistan"),
    "qr": _l("Artikelns kod"),
    "link": _l("Delad länk"),
}
"""What our own pages call their buttons; a page elsewhere may say something else."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Leads that came in the same way, by what their first letter tells of it."""

    is_won: bool
    count: int
    utm_source: str | None = None
    referrer_host: str | None = None
    utm_campaign: str | None = None
    button: str | None = None
    has_letter: bool = True
    is_by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where some came from, and how many of those are won today."""

    words: str
    leads: int
    won: int

    @property
    def share(self) -> Share:
        return Share(self.won, self.leads)


@dataclass(frozen=True, slots=True)
class Sources:
    """The same leads by source, and those that say so by campaign and by button; the most first."""

    all: Source
    by_source: Sequence[Source]
    by_campaign: Sequence[Source]
    by_button: Sequence[Source]


def sources(scope: Scope) -> Sources:
    """Where the leads that came in the period came from."""
    found = _origins(scope)
    return Sources(
        all=Source(_("Totalt"), _count(found), _count(one for one in found if one.is_won)),
        by_source=_sorted_by(found, _source_words),
        by_campaign=_sorted_by(found, lambda one: one.utm_campaign or ""),
        by_button=_sorted_by(found, _button_words),
    )


def _origins(scope: Scope) -> list[Origin]:
    return [*_with_letters(scope), *_without_letters(scope)]


def _with_letters(scope: Scope) -> list[Origin]:
    """By the first letter of each: the one that none came before."""
    before = aliased(Enquiry)
    came_before = sa.exists().where(
        before.lead_id == Enquiry.lead_id,
        sa.tuple_(before.received_at, before.id) < sa.tuple_(Enquiry.received_at, Enquiry.id),
        is_letter(before),
    )
    each = (
        sa.select(
            Enquiry.utm_source,
            Enquiry.referrer_host,
            Enquiry.utm_campaign,
            Enquiry.button,
            (Lead.stage == Stage.WON).label("is_won"),
        )
        .join(Enquiry.lead)
        .where(IS_A_LETTER, ~came_before, *scope.came())
        .subquery()
    )
    rows = db.session.execute(sa.select(*each.c, sa.func.count().label("count")).group_by(*each.c))
    return [Origin(**row._mapping) for row in rows]


def _without_letters(scope: Scope) -> list[Origin]:
    opened_by_us = sa.exists().where(LeadEvent.lead_id == Lead.id, IS_A_MOVE, LeadEvent.from_stage.is_(None))
    has_letter = sa.exists().where(Enquiry.lead_id == Lead.id, IS_A_LETTER)
    facts = (opened_by_us.label("is_by_hand"), (Lead.stage == Stage.WON).label("is_won"))
    each = sa.select(*facts).where(~has_letter, *scope.came()).subquery()
    rows = db.session.execute(sa.select(*each.c, sa.func.count().label("count")).group_by(*each.c))
    return [Origin(**row._mapping, has_letter=False) for row in rows]


def _source_words(one: Origin) -> str:
    """What the link said of itself, else the page that it was on."""
    if one.is_by_hand:
        return str(_("Lades till för hand"))
    if not one.has_letter:
        return str(_("Bokade eller bad att få prova"))
    return one.utm_source or one.referrer_host or str(_("Direkt, eller okänt"))


def _button_words(one: Origin) -> str:
    said = one.button or ""
    return str(BUTTON_WORDS.get(said, said))


def _count(found: Iterable[Origin]) -> int:
    return sum(one.count for one in found)


def _sorted_by(found: Iterable[Origin], words_of: Callable[[Origin], str]) -> list[Source]:
    """The leads by what is said of them, whatever its capitals; those of which nothing is said are left out."""
    leads: Counter[str] = Counter()
    won: Counter[str] = Counter()
    words: dict[str, str] = {}
    for one in found:
        if said := words_of(one):
            key = said.casefold()
            words[key] = min(words.get(key, said), said)
            leads[key] += one.count
            won[key] += one.count if one.is_won else 0
    lines = [Source(words[key], count, won[key]) for key, count in leads.items()]
    return sorted(lines, key=lambda one: (-one.leads, sort_key(one.words)))


def sources_table(report: Sources) -> Table:
    """A source a row, and all together."""
    return _table("sources", _("Källor"), _("Källa"), report.by_source, report.all)


def campaigns_table(report: Sources) -> Table:
    """A campaign a row."""
    return _table("campaigns", _("Kampanjer"), _("Kampanj"), report.by_campaign)


def buttons_table(report: Sources) -> Table:
    """A button a row."""
    return _table("buttons", _("Knappar"), _("Knapp"), report.by_button)


def _table(name: str, title: str, sort: str, found: Sequence[Source], total: Source | None = None) -> Table:
    columns = (Column(sort), Column(_("Nya affärer")), Column(_("Vunna")), Column(_("Andel vunna"), "%"))
    return Table(name, title, columns, [_row(one) for one in found], _row(total) if total else None)


def _row(one: Source) -> tuple[str, int, int, Share]:
    return (one.words, one.leads, one.won, one.share)
