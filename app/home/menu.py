"""The dashboard's menu, as a table: where one can go, and which pages belong there."""

from dataclasses import dataclass
from typing import Any

from flask import g, request, session, url_for
from flask_babel import lazy_gettext as _l

from app.leads.views import SHOWN_AS


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One place. `rooms` are the features whose pages mark it; `counts` names what waits there (`queries.waiting`)."""

    endpoint: str
    icon: str
    words: Any
    rooms: tuple[str, ...]
    counts: str = ""
    is_in_bottom_bar: bool = False
    is_for_owners: bool = False
    remembers: str = ""
    """What of the session names the page that showed the same last; it is where the item leads."""

    @property
    def address(self) -> str:
        """Where it leads."""
        return url_for(session.get(self.remembers, self.endpoint))

    def is_current(self, page_menu: object = None) -> bool:
        """Whether the page being shown belongs here; a page may name the endpoint itself."""
        if page_menu:
            return page_menu == self.endpoint
        return request.endpoint == self.endpoint or request.blueprint in self.rooms


MENU = (
    MenuItem("home.today", "sun-high", _l("Idag"), ("home",), counts="today", is_in_bottom_bar=True),
    MenuItem(
        "enquiries.index", "inbox", _l("Förfrågningar"), ("enquiries",), counts="enquiries", is_in_bottom_bar=True
    ),
    MenuItem(
        "leads.index",
        "layout-kanban",
        _l("Affärer"),
        ("leads", "follow_ups"),
        is_in_bottom_bar=True,
        remembers=SHOWN_AS,
    ),
    MenuItem("consultations.calendar", "calendar", _l("Kalender"), ("consultations",)),
    MenuItem("trials.index", "packages", _l("Provperioder"), ("trials",), counts="trials"),
    MenuItem("contacts.index", "address-book", _l("Kontakter"), ("contacts",)),
    MenuItem("plans.index", "route", _l("Planer"), ("plans",)),
    MenuItem("mail.index", "send", _l("Utskick"), ("mail",)),
    MenuItem("articles.manage", "article", _l("Artiklar"), ("articles",)),
    MenuItem("reports.index", "chart-bar", _l("Rapporter"), ("reports",)),
    MenuItem("settings.business", "settings", _l("Inställningar"), ("settings",), is_for_owners=True),
)


def menu(place: str = "sidebar") -> list[MenuItem]:
    """The items of the sidebar (all), of the `phone`'s bottom bar, or behind its `more`."""
    items = [item for item in MENU if g.get("is_owner") or not item.is_for_owners]
    if place == "sidebar":
        return items
    return [item for item in items if item.is_in_bottom_bar == (place == "phone")]
