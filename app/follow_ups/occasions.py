"""What happens to a lead and asks for steps: somebody was met, a call was made, the lead moved to another stage."""

from datetime import datetime

from app.accounts.models import User
from app.contacts.models import SubjectKind
from app.contacts.services import Person
from app.core.db import db
from app.follow_ups.models import FollowUpKind, FollowUpState
from app.follow_ups.onward import NextStep
from app.follow_ups.queries import open_of, steps_touched_at
from app.follow_ups.services import find_next_step, keep_on, plan_step, settle
from app.follow_ups.suggestions import AFTER_NO_ANSWER, AFTER_REST
from app.leads.matters import matter_of
from app.leads.models import CallOutcome, Lead
from app.leads.services import log_call, open_lead, write_note
from app.leads.stages import Stage


def add_by_hand(
    who: Person, whom: tuple[SubjectKind, str | None], note: str | None, step: NextStep, actor: User, now: datetime
) -> Lead:
    """Somebody called or stopped at the fair. Joins the open lead where the person has one for that subject."""
    matter = matter_of(who, *whom, now)
    lead = matter.lead or open_lead(matter.contact, matter.subject, now, owner=actor, actor=actor)
    if note:
        write_note(lead, note, actor, now)
    plan_step(lead, step, now)
    db.session.flush()
    return lead


def tell_of_call(
    lead: Lead, outcome: CallOutcome, text: str | None, due_before: datetime, actor: User, now: datetime
) -> None:
    """A call was made: it goes on the timeline, and the calls that were due before a moment are done by it.

    Where nothing else is owed, what usually follows such a call is planned.
    """
    log_call(lead, outcome, text, actor, now)
    for follow_up in open_of(lead.id):
        if follow_up.kind is FollowUpKind.CALL and follow_up.due_at < due_before:
            settle(follow_up, FollowUpState.DONE, actor, now)
    keep_on(lead, now, None if outcome is CallOutcome.ANSWERED else AFTER_NO_ANSWER)


def follow_move(lead: Lead, left: Stage, actor: User | None, now: datetime) -> None:
    """What a move asks: a won or lost lead is owed nothing, a resting one its answer alone, any other a next step.

    Registered with the leads.
    """
    if lead.is_walking:
        keep_on(lead, now, AFTER_REST if left is Stage.RESTING else None)
        return
    for follow_up in open_of(lead.id):
        if lead.stage is not Stage.RESTING or follow_up.kind is not FollowUpKind.ANSWER:
            settle(follow_up, FollowUpState.SKIPPED, actor, now)


def take_back_move(lead: Lead, made_at: datetime) -> None:
    """The move of that moment was a mistake: what was skipped by it is owed again, and what it planned is not.

    Registered with the leads.
    """
    for follow_up in steps_touched_at(lead.id, made_at):
        if follow_up.state is FollowUpState.OPEN:
            db.session.delete(follow_up)
        else:
            follow_up.state = FollowUpState.OPEN
            follow_up.done_at = follow_up.done_by_id = None
    find_next_step(lead)
