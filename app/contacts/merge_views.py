"""Two contacts side by side, who become one by a button; and how that is taken back."""

from collections.abc import Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.contacts.choosing import contacts_to_choose
from app.contacts.jobs import STORY_LIVES
from app.contacts.merge_facts import Fact, Side, agreed, differences, suggested_kept
from app.contacts.merge_queries import merge_after, merges_page, story_of
from app.contacts.merges import ContactMerge
from app.contacts.merging import merge as merge_contacts
from app.contacts.models import Contact, SubjectKind
from app.contacts.queries import consents_by_contact, subjects_of
from app.contacts.services import person
from app.contacts.unmerging import undo_merge
from app.contacts.views import bp
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import LANGUAGES
from app.core.toasts import toast
from app.core.words import fold
from app.enquiries.queries import enquiries_by_lead
from app.leads.models import Lead
from app.leads.queries import leads_of


@bp.app_template_global()
def merge_address(one: Contact, other: Contact) -> str:
    """The page that joins two contacts, with the one we have known longer as the one that stays."""
    kept = suggested_kept(one, other)
    return url_for("contacts.merge", contact_id=kept.id, other_id=(other if kept is one else one).id)


@bp.get("/<int:contact_id>/merge")
def choose_merge(contact_id: int) -> ResponseReturnValue:
    """Whom the contact is the same person as: found by a search."""
    contact = _contact(contact_id)
    who = person(contact.name, contact.email, contact.phone)
    choices = contacts_to_choose(who, request.args.get("q", ""), contact_id)
    return render_template(
        "contacts/choose_merge.html",
        contact=contact,
        words=choices.words,
        choices=[(other, merge_address(contact, other)) for other in choices.contacts],
        subjects=subjects_of([other.id for other in choices.contacts]),
    )


@bp.route("/<int:contact_id>/merge/<int:other_id>", methods=["GET", "POST"])
def merge(contact_id: int, other_id: int) -> ResponseReturnValue:
    """Choose what differs, see what follows, and join them; `contact_id` is the one that stays."""
    kept, gone = _contact(contact_id), _contact(other_id)
    if kept is gone:
        abort(404)
    if request.method == "GET":
        return _show(kept, gone)
    chosen: dict[str, str] = {fact: side for fact in Fact if (side := request.form.get(fact, type=Side))}
    with writing():
        merged = merge_contacts(_contact(contact_id), _contact(other_id), chosen, signed_in(), now())
        undo, name = url_for("contacts.undo", merge_id=merged.id), merged.kept.name
    toast(_("Kontakterna är sammanslagna till %(name)s.", name=name), undo=undo)
    return redirect(url_for("contacts.detail", contact_id=contact_id), 303)


def _show(kept: Contact, gone: Contact) -> str:
    leads = {contact.id: leads_of(contact.id) for contact in (kept, gone)}
    differ = differences(kept, gone)
    return render_template(
        "contacts/merge.html",
        kept=kept,
        gone=gone,
        is_suggested=suggested_kept(kept, gone) is kept,
        differ=differ,
        agreed=agreed(kept, gone, differ),
        languages=LANGUAGES,
        sides=Side,
        leads=leads,
        enquiries=enquiries_by_lead([lead.id for theirs in leads.values() for lead in theirs]),
        subjects=subjects_of([kept.id, gone.id]),
        consents=consents_by_contact([kept.id, gone.id]),
        twice=_open_twice([*leads[kept.id], *leads[gone.id]]),
    )


def _open_twice(leads: Sequence[Lead]) -> list[list[Lead]]:
    """The open leads that are about the same once the two are one, where there is more than one."""
    found: dict[tuple[SubjectKind, str], list[Lead]] = {}
    for lead in leads:
        if lead.is_open:
            found.setdefault((lead.subject.kind, fold(lead.subject.name or "")), []).append(lead)
    return [same for same in found.values() if len({lead.contact_id for lead in same}) > 1]


@bp.get("/merges/")
def merges() -> ResponseReturnValue:
    """What was merged, and can be taken back."""
    page = merges_page(request.args.get("after"))
    return render_template("contacts/merges.html", rows=[(row[0], story_of(row[0])) for row in page.rows], page=page)


@bp.get("/merges/<int:merge_id>")
def merged(merge_id: int) -> ResponseReturnValue:
    """What taking a merge back would do."""
    merge = db.session.get(ContactMerge, merge_id) or abort(404)
    if merge.undone_at is not None or merge.story is None:
        abort(404)
    story, later = story_of(merge), merge_after(merge)
    return render_template(
        "contacts/merged.html",
        merge=merge,
        gone=story["gone"],
        over_at=merge.merged_at + STORY_LIVES,
        later=later,
        later_gone=story_of(later)["gone"] if later else None,
        **_since(merge, {lead_id for (lead_id,) in story["moved"]["lead.contact_id"]}),
    )


def _since(merge: ContactMerge, going_back: set[int]) -> dict[str, int]:
    """How much has come since the merge: what stays, and what goes back with the leads that it is on."""
    lead_ids = {lead.id for lead in leads_of(merge.kept_id)}
    came = enquiries_by_lead(lead_ids, merge.merged_at)
    return {
        "leads_back": len(going_back & lead_ids),
        "enquiries_back": sum(count for lead_id, count in came.items() if lead_id in going_back),
        "enquiries_stay": sum(count for lead_id, count in came.items() if lead_id not in going_back),
    }


@bp.post("/merges/<int:merge_id>/undo")
def undo(merge_id: int) -> ResponseReturnValue:
    """Make two of one again."""
    with writing():
        merge = db.session.get(ContactMerge, merge_id) or abort(404)
        gone = undo_merge(merge, signed_in(), now())
        gone_id, names = gone.id, {"gone": gone.name, "kept": merge.kept.name}
    toast(_("Sammanslagningen är ångrad. %(gone)s och %(kept)s är två kontakter igen.", **names))
    return redirect(url_for("contacts.detail", contact_id=gone_id), 303)


def _contact(contact_id: int) -> Contact:
    return db.session.get(Contact, contact_id) or abort(404)
