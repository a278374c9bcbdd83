"""The keyboard map, as a table: the page shows it, and the script that listens reads it from there.

All of it can be switched off in a browser: single keys get in the way of those who speak to theirs (WCAG 2.1.4).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.core.access import may_open


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys, and what they do: open a page (`endpoint`), press what is there (`press`), or what the script knows."""

    keys: str
    words: Any
    endpoint: str = ""
    press: str = ""
    """A selector; where the page has no such thing, the keys do nothing."""
    does: str = ""
    changes: bool = False
    """Nothing for readers."""


EVERYWHERE = (
    Shortcut("/", _l("Sök eller gör något"), does="search"),
    Shortcut("?", _l("Visa kortkommandona"), does="map"),
    Shortcut("n", _l("Ny affär"), endpoint="leads.add"),
    Shortcut("z", _l("Ångra det du nyss gjorde"), press=".toast-note:last-child .toast-undo"),
)
GOING = (
    Shortcut("g i", _l("Idag"), endpoint="home.today"),
    Shortcut("g f", _l("Förfrågningar"), endpoint="enquiries.index"),
    Shortcut("g a", _l("Affärer"), endpoint="leads.index"),
    Shortcut("g k", _l("Kalender"), endpoint="consultations.calendar"),
    Shortcut("g p", _l("Provperioder"), endpoint="trials.index"),
    Shortcut("g c", _l("Kontakter"), endpoint="contacts.index"),
    Shortcut("g l", _l("Planer"), endpoint="plans.index"),
    Shortcut("g u", _l("Utskick"), endpoint="mail.index"),
    Shortcut("g t", _l("Artiklar"), endpoint="articles.manage"),
    Shortcut("g r", _l("Rapporter"), endpoint="reports.index"),
    Shortcut("g s", _l("Inställningar"), endpoint="settings.business"),
)
LISTS = (
    Shortcut("j", _l("Nästa rad"), does="next"),
    Shortcut("k", _l("Föregående rad"), does="previous"),
    Shortcut("Enter", _l("Öppna raden")),
)
ON_A_LEAD = (
    Shortcut("s", _l("Svara"), press='[data-compose="answer"]', changes=True),
    Shortcut("a", _l("Anteckna"), press='[data-compose="note"]', changes=True),
    Shortcut("l", _l("Logga samtal"), press='[data-compose="call"], label[for="compose-call"]', changes=True),
    Shortcut("e", _l("Ändra kontaktuppgifter"), press=".side-edit, .page-head-actions a[href$='/edit']", changes=True),
)
ON_THE_BOARD = (
    Shortcut("← → ↑ ↓", _l("Gå till ett annat kort")),
    Shortcut("Home End", _l("Första och sista kortet i steget")),
    Shortcut("Enter", _l("Öppna kortet")),
    Shortcut("m", _l("Flytta kortet till ett steg"), changes=True),
    Shortcut("Ctrl+← Ctrl+→", _l("Flytta kortet till steget bredvid"), changes=True),
)
SHORTCUTS = (
    (_l("Överallt"), EVERYWHERE),
    (_l("Gå till"), GOING),
    (_l("I listor och på Idag"), LISTS),
    (_l("På tavlan"), ON_THE_BOARD),
    (_l("På en affär eller kontakt"), ON_A_LEAD),
)


def shortcuts() -> list[tuple[Any, Sequence[Shortcut]]]:
    """The groups with what whoever is signed in may open."""
    usable = ((title, [one for one in group if _may_use(one)]) for title, group in SHORTCUTS)
    return [(title, group) for title, group in usable if group]


def _may_use(one: Shortcut) -> bool:
    user = current_user
    if one.changes and not user.may_change:
        return False
    return not one.endpoint or may_open(one.endpoint, is_owner=user.is_owner, may_change=user.may_change)
