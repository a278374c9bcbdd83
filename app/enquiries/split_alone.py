"""An enquiry leaves a lead that is somebody else's, with what is of it alone; and comes back."""

from datetime import datetime

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.merge_rows import move, pointers_to, put_back, take_out
from app.contacts.models import Contact
from app.contacts.services import add_subject, subject_called
from app.core.db import db
from app.core.rows import table_of
from app.enquiries.intake import let_wait
from app.enquiries.models import EnquiryState
from app.enquiries.parcels import Parcel
from app.enquiries.queries import open_enquiries_of
from app.enquiries.split_leads import forget_subject
from app.enquiries.splits import EnquirySplit, Story
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.queries import follow_ups_of
from app.follow_ups.recalling import recall
from app.follow_ups.services import keep_on
from app.leads.models import Lead
from app.leads.move_undo import Move, Place, move_back
from app.leads.queries import open_lead_of, timeline
from app.leads.services import move_to_stage, open_lead
from app.leads.stages import Stage
from app.mail.models import Message

Keys = list[list[int]]


def move_enquiry(parcel: Parcel, to: Contact, actor: User | None, now: datetime) -> Story:
    """Let it be on the contact's open lead for whom it is about, or on a new one, as if it had come there."""
    enquiry, lead = parcel.enquiry, parcel.lead
    known = subject_called(to, enquiry.subject_kind, enquiry.subject_name)
    subject = known or add_subject(to, enquiry.subject_kind, enquiry.subject_name)
    joined = open_lead_of(to.id, subject.id)
    target = joined or open_lead(to, subject, enquiry.taken_in_at, article_id=enquiry.article_id)
    steps, place = _steps_of(target), Place.of(target)
    moved = _move_rows(_rows_of(parcel), lead.id, target.id)
    if enquiry.state is EnquiryState.OPEN:
        let_wait(enquiry, target, now, is_new_lead=joined is None)
    elif parcel.answers and joined is None:
        move_to_stage(target, Stage.CONTACTED, actor, now)
    else:
        keep_on(target, now)
    owed = _owe_no_more(lead, now)
    recall(target)
    db.session.flush()
    return {
        "lead": target.id,
        "made_lead": None if joined else target.id,
        "made_subject": None if known else subject.id,
        "moved": moved,
        "steps": sorted(_steps_of(target) - steps),
        "lines": [line.id for line in timeline(target)],
        "move": Move(place, Place.of(target), now).as_text() if joined else None,
        **owed,
    }


def give_enquiry_back(split: EnquirySplit, target: Lead, story: Story, actor: User | None, now: datetime) -> None:
    """Let it be on the lead it was on, with what went with it, and owe the answer there."""
    lead = db.session.get_one(Lead, split.from_lead_id)
    _move_rows(story["moved"], target.id, lead.id)
    _forget_steps(FollowUp.id.in_(story["steps"]))
    _forget_steps(FollowUp.id.in_(story["suggested"]), FollowUp.is_suggested.is_(True))
    for row in story["owed"]:
        put_back(table_of(FollowUp), row)
    db.session.expire_all()
    if story["made_lead"]:
        db.session.execute(sa.delete(Lead).where(Lead.id == target.id).execution_options(synchronize_session=False))
        db.session.expire_all()
    else:
        _move_back(target, Move.from_text(story["move"]), actor, now)
        recall(target)
    recall(lead)
    forget_subject(story["made_subject"])


def _rows_of(parcel: Parcel) -> dict[str, Keys]:
    """What is moved, by the column that says which lead it is on."""
    mails = [f"confirm:{parcel.enquiry.reference}", *(f"answer:{answer.id}" for answer in parcel.answers)]
    theirs = sa.select(Message.id).where(Message.lead_id == parcel.lead.id, Message.dedupe_key.in_(mails))
    return {
        "enquiry.lead_id": [[parcel.enquiry.id]],
        "answer.lead_id": [[answer.id] for answer in parcel.answers],
        "lead_event.lead_id": [[line.id] for line in parcel.lines],
        "message.lead_id": [[key] for key in db.session.scalars(theirs)],
    }


def _move_rows(rows: dict[str, Keys], old_id: int, new_id: int) -> dict[str, Keys]:
    pointers = {pointer.name: pointer for pointer in pointers_to("lead")}
    moved = {name: move(pointers[name], old_id, new_id, keys) for name, keys in rows.items()}
    db.session.expire_all()
    return moved


def _steps_of(lead: Lead) -> set[int]:
    return {step.id for step in follow_ups_of(lead.id)}


def _owe_no_more(lead: Lead, now: datetime) -> Story:
    """Without a question left, no answer is owed; what usually comes next is planned instead."""
    is_answer = FollowUp.lead_id == lead.id, FollowUp.kind == FollowUpKind.ANSWER, FollowUp.state == FollowUpState.OPEN
    owed = [] if open_enquiries_of(lead.id) else take_out(table_of(FollowUp), *is_answer)
    db.session.expire_all()
    recall(lead)
    suggested = keep_on(lead, now)
    return {"owed": owed, "suggested": [suggested.id] if suggested else []}


def _forget_steps(*which: sa.ColumnElement[bool]) -> None:
    is_open = FollowUp.state == FollowUpState.OPEN
    db.session.execute(sa.delete(FollowUp).where(is_open, *which).execution_options(synchronize_session=False))


def _move_back(target: Lead, move: Move, actor: User | None, now: datetime) -> None:
    """Back to where it stood before the enquiry woke it, unless somebody has moved it since."""
    if move.before != move.after and Place.of(target) == move.after:
        move_back(target, move, actor, now)
