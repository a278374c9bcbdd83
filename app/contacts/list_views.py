"""The list of contacts: what is asked of it, by which columns, under which name."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.sessions import signed_in
from app.contacts.columns import SORTINGS, USUAL, ContactColumn
from app.contacts.filters import LIST
from app.contacts.listing import (
    ContactFilter,
    ContactSort,
    conditions_of,
    contacts_count,
    contacts_page,
)
from app.contacts.models import ConsentPurpose
from app.contacts.queries import consents_by_contact, subjects_of
from app.contacts.tags import tags_of_contacts
from app.contacts.views import bp
from app.core.clock import now
from app.core.columns import read_columns
from app.core.conditions import read
from app.core.filters import number
from app.core.list_pages import UsualView, list_pieces
from app.core.paging import MOST_COUNTED
from app.leads.queries import leads_by_contact
from app.lists.models import ListOf
from app.lists.queries import columns_of, views_for

USUAL_VIEWS = (
    UsualView(_l("Alla"), ContactFilter()),
    UsualView(_l("Har en öppen affär"), ContactFilter.asking(leads="open")),
    UsualView(_l("Hästar"), ContactFilter.asking(subject="horse")),
    UsualView(_l("Vill ha tips"), ContactFilter.asking(tips="yes")),
)


@bp.get("/")
def index() -> ResponseReturnValue:
    wanted, user = asked_for(), signed_in()
    conditions = conditions_of(wanted, now())
    page = contacts_page(wanted, conditions, request.args.get("after"))
    count = contacts_count(conditions)
    columns = read_columns(request.args.get("cols") or columns_of(user.id, ListOf.CONTACTS), USUAL)
    return render_template(
        "contacts/index.html",
        page=page,
        count=count,
        count_words=_count_words(count),
        sorts=ContactSort,
        **_facts([row.id for row in page.rows], columns),
        **list_pieces(LIST, wanted, columns, SORTINGS, ContactSort.NAME, request.args),
        **_views(user.id),
    )


def asked_for() -> ContactFilter:
    """What the address asks of the list. What cannot be understood asks nothing."""
    return read(LIST, request.args, ContactFilter, ContactSort, signed_in().id)


def _facts(contact_ids: Collection[int], columns: Sequence[ContactColumn]) -> dict[str, Any]:
    """What the columns tell that no row holds, each asked for once and only where it is shown."""
    tells_of_leads = {ContactColumn.LEADS_OPEN, ContactColumn.LAST_STAGE}.intersection(columns)
    return {
        "tags": tags_of_contacts(contact_ids),
        "subjects": subjects_of(contact_ids),
        "leads": leads_by_contact(contact_ids) if tells_of_leads else {},
        "consents": consents_by_contact(contact_ids) if ContactColumn.TIPS in columns else {},
        "tips": ConsentPurpose.TIPS,
    }


def _views(user_id: int) -> dict[str, Any]:
    return {"usual_views": USUAL_VIEWS, "saved_views": views_for(user_id, ListOf.CONTACTS)}


def _count_words(count: int) -> str:
    if count > MOST_COUNTED:
        return str(_("Över 10 000 kontakter"))
    return str(ngettext("%(count)s kontakt", "%(count)s kontakter", count, count=number(count)))
