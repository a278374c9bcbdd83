"""The log for owners: who did what, and who looked at whom."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.activity import Activity, ActivityFilter, activity_page
from app.accounts.activity_words import CHANGED, DEEDS, LISTS, LOOKED_AT, NOUNS, PAGES, ROOMS
from app.accounts.queries import all_users
from app.accounts.views import bp
from app.contacts.queries import names_of
from app.core.access import owner_only
from app.core.routes import row_number
from app.leads.queries import names_of_leads


@bp.app_template_global()
def deed_words(line: Activity) -> Any:
    """What was done, in a word or two."""
    return LOOKED_AT if line.is_reading else DEEDS.get(line.what, CHANGED)


@bp.app_template_global()
def place_words(line: Activity) -> str:
    """What it was done to: the noun and its number, else the list or the room."""
    room = line.what.partition(".")[0]
    noun = NOUNS.get(line.noun or "")
    return f"{noun} {line.about_id}" if noun else str(LISTS.get(line.what) or ROOMS.get(room, room))


@bp.app_template_global()
def place_url(line: Activity) -> str:
    """The page of what it was done to; empty where it has none."""
    endpoint, part = PAGES.get(line.noun or "", ("", ""))
    values: dict[str, Any] = {part: line.about_id}
    return url_for(endpoint, **values) if endpoint else ""


@bp.get("/users/activity/")
@owner_only
def activity() -> ResponseReturnValue:
    """The latest first; of one user, of one person's page, or only what was changed, where the address says so."""
    asked = request.args
    wanted = ActivityFilter(
        actor_id=asked.get("who", type=row_number),
        noun=asked.get("noun") if asked.get("noun") in NOUNS else None,
        about_id=asked.get("about", type=row_number),
        changes_only="changes" in asked,
    )
    page = activity_page(wanted, asked.get("after"))
    keys = {noun: {line.about_id for line in page.rows if line.noun == noun} for noun in ("lead", "contact")}
    return render_template(
        "accounts/activity.html",
        page=page,
        wanted=wanted,
        users=all_users(),
        nouns=NOUNS,
        names={"lead": names_of_leads(keys["lead"]), "contact": names_of(keys["contact"])},
    )
