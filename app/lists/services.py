"""What a user keeps of their lists: columns, and views under a name."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.db import db
from app.core.edit_forms import mark_of
from app.core.errors import RuleBroken
from app.core.forms import clean_text, is_storable
from app.core.rows import insert_once
from app.core.ways_back import LASTS
from app.lists.models import ListColumns, ListOf, SavedView
from app.lists.queries import views_for

LONGEST_NAME = 40
LONGEST_ASKED = 2000
MOST_VIEWS = 50
KEPT = LASTS
"""For so long a view or a tag that was removed can be brought back."""


def choose_columns(user: User, list_of: ListOf, columns: str) -> None:
    """From now on the user sees these columns of that list, where its address names none."""
    mine = (ListColumns.user_id == user.id, ListColumns.list_of == list_of)
    if not insert_once(ListColumns, user_id=user.id, list_of=list_of, columns=columns):
        db.session.execute(sa.update(ListColumns).where(*mine).values(columns=columns))


def save_view(list_of: ListOf, name: str, asked: str, user: User, now: datetime, *, is_shared: bool) -> SavedView:
    """Keep what is asked of a list under a name. Refused for a name that the user sees already."""
    known = views_for(user.id, list_of)
    if len(known) >= MOST_VIEWS:
        raise RuleBroken(_l("Det finns redan %(most)s vyer. Ta bort någon först.", most=MOST_VIEWS))
    view = SavedView(list_of=list_of, user_id=user.id, created_at=now, asked=asked[:LONGEST_ASKED])
    view.name, view.is_shared = _name(name, [other.name for other in known]), is_shared
    db.session.add(view)
    db.session.flush()
    return view


@dataclass(frozen=True, slots=True)
class ViewFacts:
    """What was said of a view."""

    name: str
    asked: str
    is_shared: bool

    @classmethod
    def of(cls, view: SavedView) -> "ViewFacts":
        """What is said of it now."""
        return cls(view.name, view.asked, view.is_shared)

    @property
    def mark(self) -> str:
        """What tells it from what it was before a change."""
        return mark_of(self.name, self.asked, self.is_shared)


def change_view(view: SavedView, user: User, *, name: str | None = None, asked: str | None = None) -> None:
    """Give it another name, or let it ask for something else."""
    _may_change(view, user)
    if name is not None:
        view.name = _name(name, [other.name for other in views_for(user.id, view.list_of) if other.id != view.id])
    if asked is not None:
        view.asked = asked[:LONGEST_ASKED]


def share_view(view: SavedView, user: User, *, is_shared: bool) -> None:
    """Let everybody see it, or only its maker."""
    _may_change(view, user)
    view.is_shared = is_shared


def change_view_back(view: SavedView, user: User, before: ViewFacts, after_mark: str) -> None:
    """Let it be as it was before a change that left it with that mark. Refused where it has changed since."""
    if ViewFacts.of(view).mark not in (before.mark, after_mark):
        raise RuleBroken(_l("Vyn har ändrats sedan dess, så den får vara som den är."))
    change_view(view, user, name=before.name, asked=before.asked)
    share_view(view, user, is_shared=before.is_shared)


def remove_view(view: SavedView, user: User, now: datetime) -> None:
    """Nobody sees it any more, until it is forgotten or brought back."""
    _may_change(view, user)
    view.removed_at = now


def restore_view(view: SavedView, user: User) -> None:
    """Bring it back. A second call changes nothing."""
    _may_change(view, user)
    view.removed_at = None


def may_change(view: SavedView, user: User) -> bool:
    """Its maker may change a view; one that is shared, the owner of the business too."""
    return view.user_id == user.id or (view.is_shared and user.is_owner)


def _may_change(view: SavedView, user: User) -> None:
    if not may_change(view, user):
        raise RuleBroken(_l("Bara den som sparade vyn, eller ägaren, kan ändra den. Spara en egen i stället."))


def _name(typed: str, taken: list[str]) -> str:
    name = " ".join((clean_text(typed) or "").split())
    if not name:
        raise RuleBroken(_l("Skriv vad vyn ska heta."))
    if len(name) > LONGEST_NAME:
        raise RuleBroken(_l("En vy heter något med högst %(most)s tecken.", most=LONGEST_NAME))
    if not is_storable(name):
        raise RuleBroken(_l("Här finns tecken som inte kan sparas. Ta bort dem och försök igen."))
    if name.casefold() in (other.casefold() for other in taken):
        raise RuleBroken(_l("Det finns redan en vy som heter så. Välj ett annat namn."))
    return name
