"""An enquiry that is somebody else's: whose it is, what follows, a button that moves it; and how that is taken back."""

from collections import Counter
from collections.abc import Sequence

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import signed_in
from app.contacts.choosing import contacts_to_choose
from app.contacts.jobs import STORY_LIVES
from app.contacts.merge_facts import Fact
from app.contacts.models import Contact
from app.contacts.queries import subjects_of
from app.contacts.services import Person
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.routes import row_number
from app.core.toasts import toast
from app.enquiries.intake import sender_of
from app.enquiries.models import Enquiry
from app.enquiries.parcels import Parcel, parcel_of
from app.enquiries.split_consents import given_with
from app.enquiries.split_queries import enquiries_of_contact, split_to_undo, splits_of
from app.enquiries.splits import EnquirySplit
from app.enquiries.splitting import CAN_BE_FORGOTTEN, Wanted, split_off
from app.enquiries.unsplitting import refuse_undoing, undo_split
from app.enquiries.views import bp
from app.leads.timeline import Line, Shown, shown_as
from app.leads.views import lead_url

NEW = "new"
"""Stands for a contact that is made from what the sender wrote."""

bp.add_app_template_global(splits_of)


@bp.app_template_global()
def split_called(split_id: int) -> EnquirySplit | None:
    """What a line of the timeline tells of, unless one of the two has been erased."""
    return db.session.get(EnquirySplit, split_id)


@bp.route("/enquiries/<int:enquiry_id>/split", methods=["GET", "POST"])
def split(enquiry_id: int) -> ResponseReturnValue:
    """Choose whose the enquiry is (`to`, by a search), see what follows, and move it."""
    if request.method == "POST":
        return _move(enquiry_id)
    enquiry = db.session.get(Enquiry, enquiry_id)
    if enquiry is None or enquiry.lead is None:
        abort(404)
    if "to" not in request.args:
        return _choose(enquiry, enquiry.lead.contact)
    to = _chosen()
    if to is not None and to.id == enquiry.lead.contact_id:
        abort(404)
    return _preview(enquiry, to)


def _choose(enquiry: Enquiry, origin: Contact) -> str:
    choices = contacts_to_choose(sender_of(enquiry), request.args.get("q", ""), origin.id)
    return render_template(
        "enquiries/split.html",
        enquiry=enquiry,
        origin=origin,
        words=choices.words,
        choices=[(contact, url_for(".split", enquiry_id=enquiry.id, to=contact.id)) for contact in choices.contacts],
        subjects=subjects_of([contact.id for contact in choices.contacts]),
    )


def _preview(enquiry: Enquiry, to: Contact | None) -> str:
    lead = enquiry.lead or abort(404)
    parcel, origin = parcel_of(enquiry, lead), lead.contact
    return render_template(
        "enquiries/split_preview.html",
        enquiry=enquiry,
        origin=origin,
        to=to,
        name=to.name if to else enquiry.name,
        parcel=parcel,
        rest=_counts(parcel),
        given=[purpose for purpose, _version in given_with(enquiry)],
        learnt=_learnt(enquiry, origin),
        new=NEW,
    )


def _counts(parcel: Parcel) -> Counter[Shown]:
    """How much else stands on the lead, by what it is."""
    return Counter(shown_as(Line(event.at, event)) for event in parcel.rest)


def _learnt(enquiry: Enquiry, origin: Contact) -> dict[Fact, bool]:
    """What the contact may be reached by since the enquiry alone, and whether that is likely.

    A contact was known by an address or a number of the enquiry's: where it has both, either may be the new one.
    """
    who = sender_of(enquiry)
    others = [sender_of(one) for one in enquiries_of_contact(origin.id) if one.id != enquiry.id]
    shared = [fact for fact in CAN_BE_FORGOTTEN if _key(who, fact) and _key(who, fact) == _held(origin, fact)]
    if len(shared) < 2:
        return {}
    unproved = [fact for fact in shared if all(_key(other, fact) != _key(who, fact) for other in others)]
    return {fact: len(unproved) == 1 for fact in unproved}


def _key(who: Person, fact: Fact) -> str | None:
    return who.email_key if fact is Fact.EMAIL else who.phone_e164


def _held(contact: Contact, fact: Fact) -> str | None:
    return contact.email_key if fact is Fact.EMAIL else contact.phone_e164


def _move(enquiry_id: int) -> ResponseReturnValue:
    forgotten: Sequence[Fact] = request.form.getlist("forget", type=Fact)
    with writing():
        enquiry = db.session.get(Enquiry, enquiry_id) or abort(404)
        wanted = Wanted(
            request.form.get("from", 0, type=row_number),
            _chosen(),
            request.form.get("what") == "lead",
            forgotten,
        )
        done = split_off(enquiry, wanted, signed_in(), now())
        name, split_id = done.to.name if done.to else enquiry.name, done.id
        lead_id, is_whole = enquiry.lead_id or abort(404), done.is_whole
    words = (
        _("Affären hör nu till %(name)s.", name=name) if is_whole else _("Förfrågan hör nu till %(name)s.", name=name)
    )
    toast(words, undo=url_for("enquiries.undo_split", split_id=split_id))
    return redirect(lead_url(lead_id), 303)


@bp.get("/enquiries/splits/<int:split_id>")
def moved(split_id: int) -> ResponseReturnValue:
    """What taking a move back would do, or what stands in its way."""
    split = split_to_undo(split_id) or abort(404)
    try:
        refuse_undoing(split)
    except RuleBroken as refusal:
        stops = str(refusal)
    else:
        stops = ""
    return render_template("enquiries/moved.html", split=split, stops=stops, over_at=split.split_at + STORY_LIVES)


@bp.post("/enquiries/splits/<int:split_id>/undo", endpoint="undo_split")
def undo(split_id: int) -> ResponseReturnValue:
    """The enquiry is where it was."""
    with writing():
        split = split_to_undo(split_id) or abort(404)
        lead = undo_split(split, signed_in(), now())
        lead_id, name = lead.id, lead.contact.name
    toast(_("Flytten är ångrad. Det hör till %(name)s igen.", name=name))
    return redirect(lead_url(lead_id), 303)


def _chosen() -> Contact | None:
    """Whose it is by the address or the form; None for somebody new."""
    if request.values.get("to") == NEW:
        return None
    return db.session.get(Contact, request.values.get("to", 0, type=row_number)) or abort(404)
