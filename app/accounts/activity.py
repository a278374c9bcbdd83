"""Who did what, and who looked at whom: by the names of pages and the keys of rows, never by what they say.

What somebody changed is always kept; that they looked at the same page again, once an hour.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Flask, Response, request
from flask_login import current_user
from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.access import is_public
from app.core.clock import now
from app.core.db import Model, UtcDateTime, db, reading, writing
from app.core.edit_forms import last_change_is_known_by
from app.core.errors import StorageUnavailable
from app.core.paging import Order, Page, page_of
from app.core.privacy import NOT_PERSONAL
from app.core.rows import table_of

KEPT = timedelta(days=365)
ONCE_IN = timedelta(hours=1)

PEOPLE = (
    "lead_id",
    "contact_id",
    "enquiry_id",
    "consultation_id",
    "trial_id",
    "message_id",
    "draft_id",
    "merge_id",
    "change_id",
)
"""The parts of addresses that lead to what is about people: to look there is kept."""
SIDE_BY_SIDE = ("contacts.duplicates", "contacts.merges")
"""Pages that show what we know of several people at once: to look there is kept as well."""
SIGNING_IN = ("accounts.sign_in", "accounts.link")


class Activity(Model):
    """One thing that a user did, or looked at."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("ix_activity_at_id", "at", "id"),
        Index("ix_activity_actor_id_at_id", "actor_id", "at", "id"),
        Index("ix_activity_noun_about_id_at_id", "noun", "about_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    what: Mapped[str] = mapped_column(String(60), info=NOT_PERSONAL)
    """The endpoint of the page: "leads.detail"."""
    is_reading: Mapped[bool]
    noun: Mapped[str | None] = mapped_column(String(24), info=NOT_PERSONAL)
    """What `about_id` is the key of: "lead"."""
    about_id: Mapped[int | None]

    actor: Mapped[User | None] = relationship()


LATEST_FIRST = Order((Activity.at, Activity.id), is_descending=True)


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """What is asked of the log; None leaves a column free."""

    actor_id: int | None = None
    noun: str | None = None
    about_id: int | None = None
    changes_only: bool = False


def activity_page(wanted: ActivityFilter, after: str | None = None) -> Page:
    """One page of the log, the latest first, each row with the `name` of who did it."""
    columns = (Activity.at, Activity.what, Activity.is_reading, Activity.noun, Activity.about_id, User.name)
    query = sa.select(*columns).select_from(Activity).outerjoin(Activity.actor)
    if wanted.actor_id is not None:
        query = query.where(Activity.actor_id == wanted.actor_id)
    if wanted.noun is not None:
        query = query.where(Activity.noun == wanted.noun)
    if wanted.about_id is not None:
        query = query.where(Activity.about_id == wanted.about_id)
    if wanted.changes_only:
        query = query.where(~Activity.is_reading)
    return page_of(query, (LATEST_FIRST,), after)


def forget_old_activity(now: datetime) -> int:
    """Remove what is older than a year, inside `writing()`; how much."""
    old = sa.delete(Activity).where(Activity.at < now - KEPT).returning(Activity.id)
    return len(db.session.scalars(old).all())


def about(values: dict[str, object]) -> tuple[str | None, int | None]:
    """The first key of a row in an address's parts, and the noun of that row."""
    for name, value in values.items():
        if name.endswith("_id") and isinstance(value, int):
            return name.removesuffix("_id"), value
    return None, None


def _is_kept(answer: Response) -> bool:
    """Whether the request did something, or showed a person."""
    endpoint = request.endpoint
    if endpoint is None or answer.status_code >= 400 or not current_user.is_authenticated:
        return False
    if request.method == "POST":
        return not is_public(endpoint) or endpoint in SIGNING_IN
    is_about_somebody = endpoint in SIDE_BY_SIDE or any(name in PEOPLE for name in request.view_args or ())
    return request.method == "GET" and is_about_somebody and not is_public(endpoint)


def _keep(answer: Response) -> Response:
    if not _is_kept(answer):
        return answer
    noun, about_id = about(request.view_args or {})
    row = {
        "at": now(),
        "actor_id": current_user.id,
        "what": request.endpoint,
        "is_reading": request.method == "GET",
        "noun": noun,
        "about_id": about_id,
    }
    try:
        if row["is_reading"] and _is_known(row):  # to read costs no turn among those who write
            return answer
        with writing(together=True) as storage:
            storage.execute(_insert_once(row) if row["is_reading"] else sa.insert(Activity).values(row))
    except StorageUnavailable:
        pass  # what was asked for is done, or may be shown
    return answer


def _is_known(row: dict[str, object]) -> bool:
    with reading() as storage:
        return bool(storage.scalar(sa.select(_lately(row))))


def _insert_once(row: dict[str, object]) -> sa.Insert:
    """The line, unless the same was kept within the hour; one statement either way."""
    columns = table_of(Activity).columns
    line = sa.select(*(sa.literal(value, columns[name].type) for name, value in row.items())).where(~_lately(row))
    return sa.insert(Activity).from_select(list(row), line)


def _last_change() -> tuple[str, datetime] | None:
    """Who last sent the form under way about the same row, and when."""
    noun, about_id = about(request.view_args or {})
    same = (Activity.what == request.endpoint, Activity.noun == noun, Activity.about_id == about_id)
    changes = sa.select(User.name, Activity.at).join(Activity.actor).where(*same, ~Activity.is_reading)
    found = db.session.execute(changes.order_by(Activity.at.desc(), Activity.id.desc()).limit(1)).first()
    return (found.name, found.at) if found else None


def _lately(row: dict[str, object]) -> sa.Exists:
    known = [getattr(Activity, name) == row[name] for name in ("actor_id", "what", "noun", "about_id")]
    return sa.exists().where(*known, Activity.is_reading, Activity.at > now() - ONCE_IN)


def init_app(app: Flask) -> None:
    """Keep what every user does, once it is done, and tell of it where a form comes too late."""
    app.after_request(_keep)
    last_change_is_known_by(app, _last_change)
