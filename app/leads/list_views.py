"""The list of leads: what is asked of it, by which columns, under which name."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.sessions import signed_in
from app.core.clock import now
from app.core.columns import read_columns
from app.core.conditions import ME, NONE
from app.core.filters import number
from app.core.list_pages import UsualView, list_pieces
from app.core.paging import MOST_COUNTED
from app.enquiries.queries import sources_of
from app.follow_ups.queries import next_steps
from app.leads.columns import SORTINGS, USUAL, LeadColumn
from app.leads.filters import LIST
from app.leads.listing import LeadFilter, LeadSort, conditions_of, leads_count, leads_page
from app.leads.stale import Staleness
from app.leads.tags import tags_of_leads
from app.leads.views import asked_for, bp, remember_face
from app.lists.models import ListOf
from app.lists.queries import columns_of, views_for

USUAL_VIEWS = (
    UsualView(_l("Alla"), LeadFilter()),
    UsualView(_l("Mina öppna"), LeadFilter.asking(stage="open", owner=ME)),
    UsualView(_l("Har stannat upp"), LeadFilter.asking(stale=Staleness)),
    UsualView(_l("Utan nästa steg"), LeadFilter.asking(step=NONE)),
    UsualView(_l("Hästar"), LeadFilter.asking(subject="horse")),
)


@bp.get("/")
def index() -> ResponseReturnValue:
    wanted, user = asked_for(), signed_in()
    conditions = conditions_of(wanted, now())
    page = leads_page(wanted, conditions, request.args.get("after"))
    count = leads_count(conditions)
    remember_face()
    columns = read_columns(request.args.get("cols") or columns_of(user.id, ListOf.LEADS), USUAL)
    return render_template(
        "leads/index.html",
        page=page,
        count=count,
        count_words=_count_words(count),
        sorts=LeadSort,
        **_facts([row.id for row in page.rows], columns),
        **list_pieces(LIST, wanted, columns, SORTINGS, LeadSort.ACTIVE, request.args),
        **_views(user.id),
    )


def _facts(lead_ids: Collection[int], columns: Sequence[LeadColumn]) -> dict[str, Any]:
    """What the columns tell that no row holds, each asked for once and only where it is shown."""
    return {
        "tags": tags_of_leads(lead_ids),
        "steps": next_steps(lead_ids) if LeadColumn.NEXT_STEP in columns else {},
        "sources": sources_of(lead_ids) if LeadColumn.SOURCE in columns else {},
    }


def _views(user_id: int) -> dict[str, Any]:
    return {"usual_views": USUAL_VIEWS, "saved_views": views_for(user_id, ListOf.LEADS)}


def _count_words(count: int) -> str:
    if count > MOST_COUNTED:
        return str(_("Över 10 000 affärer"))
    return str(ngettext("%(count)s affär", "%(count)s affärer", count, count=number(count)))
