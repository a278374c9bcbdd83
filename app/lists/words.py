"""What a change to many is called: as a heading, on its button, and when it is done."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core.labels import label, name_here
from app.follow_ups.onward import NextStep
from app.lists.deeds import Deed
from app.lists.models import BulkKind, ListOf
from app.lists.next_steps import PlanStep
from app.lists.owners import GiveOwner
from app.lists.plan_starts import StartPlan
from app.lists.stages import EnterStage
from app.lists.tagging import ChangeTag

HEADINGS = {
    BulkKind.OWNER: _l("Byt ansvarig"),
    BulkKind.STAGE: _l("Flytta till ett annat steg"),
    BulkKind.TAG: _l("Sätt en tagg"),
    BulkKind.UNTAG: _l("Ta bort en tagg"),
    BulkKind.PLAN: _l("Starta en plan"),
    BulkKind.NEXT_STEP: _l("Planera nästa steg"),
    BulkKind.ERASE: _l("Radera personer"),
}


def chosen_words(list_of: ListOf, count: int) -> str:
    """How many rows are chosen."""
    if list_of is ListOf.LEADS:
        words: str = ngettext("En affär är vald", "%(num)s affärer är valda", count)
    else:
        words = ngettext("En kontakt är vald", "%(num)s kontakter är valda", count)
    return words


def rows_words(list_of: ListOf, count: int) -> str:
    """So many leads or contacts."""
    if list_of is ListOf.LEADS:
        words: str = ngettext("en affär", "%(num)s affärer", count)
    else:
        words = ngettext("en kontakt", "%(num)s kontakter", count)
    return words


def button_words(kind: BulkKind, list_of: ListOf, count: int) -> str:
    """What the one button says that does it."""
    rows = rows_words(list_of, count)
    words = {
        BulkKind.OWNER: _("Byt ansvarig för %(rows)s", rows=rows),
        BulkKind.STAGE: _("Flytta %(rows)s", rows=rows),
        BulkKind.TAG: _("Sätt taggen på %(rows)s", rows=rows),
        BulkKind.UNTAG: _("Ta bort taggen från %(rows)s", rows=rows),
        BulkKind.PLAN: _("Starta planen för %(rows)s", rows=rows),
        BulkKind.NEXT_STEP: _("Planera steget för %(rows)s", rows=rows),
        BulkKind.ERASE: ngettext("Radera en person för gott", "Radera %(num)s personer för gott", count),
    }
    return str(words[kind])


def done_words(kind: BulkKind, list_of: ListOf, count: int) -> str:
    """That it is done, without saying what anybody's health may be read from."""
    rows = _capital(rows_words(list_of, count))
    words = {
        BulkKind.OWNER: _("%(rows)s har bytt ansvarig", rows=rows),
        BulkKind.STAGE: _("%(rows)s har bytt steg", rows=rows),
        BulkKind.TAG: _("%(rows)s har fått en tagg", rows=rows),
        BulkKind.UNTAG: _("%(rows)s har blivit av med en tagg", rows=rows),
        BulkKind.PLAN: _("%(rows)s har startat en plan", rows=rows),
        BulkKind.NEXT_STEP: _("%(rows)s har fått ett nästa steg", rows=rows),
        BulkKind.ERASE: ngettext("En person är raderad", "%(num)s personer är raderade", count),
    }
    return str(words[kind])


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def deed_words(deed: Deed) -> str:
    """What becomes of each row: the new owner's name, the plan's, the tag's, the step's own words."""
    match deed:
        case GiveOwner():
            return str(_("Ny ansvarig: %(name)s", name=deed.owner.name if deed.owner else _("Ingen")))
        case EnterStage():
            return str(_("Nytt steg: %(name)s", name=name_here(deed.own)))
        case StartPlan():
            return str(_("Planen %(name)s", name=name_here(deed.plan)))
        case PlanStep():
            return _step_words(deed.step)
        case ChangeTag(tag=None):
            return str(_("Ny tagg: %(name)s", name=deed.new_name))
        case ChangeTag(tag=tag) if tag is not None:
            return str(_("Taggen %(name)s", name=tag.name))
    return ""


def _step_words(step: NextStep) -> str:
    return step.title or label(step.kind)
