"""The room's own pages, as tables: the tabs of its head, and of what the owner decides about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.trials.views import bp

Tab = tuple[Any, str, bool, None]
"""As the macro `tabs` takes it: words, address, whether it is the page, and no count."""


@dataclass(frozen=True, slots=True)
class Place:
    """One page."""

    endpoint: str
    words: Any
    is_for_owners: bool = False


RULES = (
    Place("trials.models", _l("Modeller")),
    Place("trials.questions", _l("Frågor"), is_for_owners=True),
    Place("trials.agreement_text", _l("Avtal"), is_for_owners=True),
    Place("trials.scales", _l("Skalor"), is_for_owners=True),
)
"""What the owner decides about trials."""
PLACES = (
    Place("trials.index", _l("Provperioder")),
    Place("trials.calendar", _l("Kalender")),
    Place("trials.units", _l("Enheter")),
    Place(RULES[0].endpoint, _l("Inställningar"), is_for_owners=True),
)


@bp.app_template_global()
def trial_tabs() -> Sequence[Tab]:
    """What stands under the head of the room's pages."""
    return _tabs(PLACES)


@bp.app_template_global()
def trial_rule_tabs() -> Sequence[Tab]:
    """What stands under the head of the pages where the owner decides."""
    return _tabs(RULES)


def _tabs(places: Iterable[Place]) -> Sequence[Tab]:
    mine = [place for place in places if current_user.is_owner or not place.is_for_owners]
    return [(place.words, url_for(place.endpoint), request.endpoint == place.endpoint, None) for place in mine]
