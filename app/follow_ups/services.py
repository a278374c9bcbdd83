from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.models import SubjectKind
from app.contacts.services import Person, find_or_add_contact, find_or_add_subject
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.language import local_zone
from app.core.rows import change, plain, store
from app.follow_ups.dues import whole_day
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.queries import earliest_due_at, open_of
from app.follow_ups.suggestions import AFTER_NO_ANSWER, AFTER_REST, BY_STAGE, Suggestion
from app.leads.models import CallOutcome, EventKind, Lead
from app.leads.queries import open_lead_of
from app.leads.services import log_call, open_lead, tell, write_note
from app.leads.stages import Stage


@dataclass(frozen=True, slots=True)
class FirstStep:
    """What a lead that is made by hand begins with."""

    kind: FollowUpKind
    due_at: datetime
    due_on: date | None = None
    title: str | None = None


def add_by_hand(
    who: Person, whom: tuple[SubjectKind, str | None], note: str | None, step: FirstStep, actor: User, now: datetime
) -> Lead:
    """Somebody called or stopped at the fair. Joins the open lead where the person has one for that subject."""
    contact = find_or_add_contact(who, now)
    subject = find_or_add_subject(contact, *whom)
    known = open_lead_of(contact.id, subject.id) if subject.id else None
    lead = known or open_lead(contact, subject, now, owner=actor, actor=actor)
    if note:
        write_note(lead, note, actor, now)
    plan(lead, step.kind, step.due_at, now, title=step.title, due_on=step.due_on)
    db.session.flush()
    return lead


def plan(
    lead: Lead,
    kind: FollowUpKind,
    due_at: datetime,
    now: datetime,
    *,
    owner: User | None = None,
    title: str | None = None,
    due_on: date | None = None,
    is_suggested: bool = False,
) -> FollowUp:
    """Owe the lead something: `due_at` is when it becomes late, the local end of `due_on` where a whole day is meant.

    Falls to the lead's owner where none is named. What was only suggested gives way. A won or lost lead is refused.
    """
    if not lead.is_open:
        raise RuleBroken(_l("Affären är avslutad. Öppna den igen för att planera något."))
    follow_up = store(
        plain(
            FollowUp,
            lead=lead,
            kind=kind,
            title=title or None,
            due_at=due_at,
            due_on=due_on,
            owner_id=owner.id if owner else lead.owner_id,
            state=FollowUpState.OPEN,
            is_suggested=is_suggested,
            created_at=now,
            planned_at=now,
        )
    )
    if lead.next_step_at is not None and _forget_suggested(lead, follow_up):
        _find_next_step(lead)
    elif lead.next_step_at is None or due_at < lead.next_step_at:
        change(lead, next_step_at=due_at)
    return follow_up


def _forget_suggested(lead: Lead, planned: FollowUp) -> int:
    suggested = [step for step in open_of(lead.id) if step.is_suggested and step is not planned]
    for step in suggested:
        db.session.delete(step)
    return len(suggested)


def complete(follow_up: FollowUp, actor: User | None, now: datetime) -> None:
    """It is done, and the timeline says so. Where it is settled already, nothing changes."""
    if follow_up.state is FollowUpState.OPEN:
        _settle(follow_up, FollowUpState.DONE, actor, now)
        tell(follow_up.lead, EventKind.FOLLOW_UP, now, actor=actor, about_id=follow_up.id)


def skip(follow_up: FollowUp, reason: str | None, actor: User | None, now: datetime) -> None:
    """It will not be done, and the timeline says why. Where it is settled already, nothing changes."""
    if follow_up.state is FollowUpState.OPEN:
        follow_up.reason = reason or None
        _settle(follow_up, FollowUpState.SKIPPED, actor, now)
        tell(follow_up.lead, EventKind.FOLLOW_UP, now, actor=actor, about_id=follow_up.id, text=reason or None)


def reopen(follow_up: FollowUp) -> None:
    """Undo `complete` or `skip`: it is owed again, as it was. A won or lost lead's is refused."""
    if not follow_up.lead.is_open:
        raise RuleBroken(_l("Affären är avslutad. Öppna den igen för att planera något."))
    follow_up.state = FollowUpState.OPEN
    follow_up.done_at = follow_up.done_by_id = follow_up.reason = None
    _find_next_step(follow_up.lead)


def move(follow_up: FollowUp, due_at: datetime, now: datetime, due_on: date | None = None) -> None:
    """Do it another day or hour. A settled one is refused."""
    if follow_up.state is not FollowUpState.OPEN:
        raise RuleBroken(_l("Det här steget är redan avslutat. Planera ett nytt i stället."))
    follow_up.due_at, follow_up.due_on, follow_up.planned_at = due_at, due_on, now
    _find_next_step(follow_up.lead)


def complete_open(lead: Lead, kind: FollowUpKind, actor: User | None, now: datetime) -> int:
    """Settle everything of one kind that the lead is owed, and say how many. The caller tells the timeline why."""
    done = [follow_up for follow_up in open_of(lead.id) if follow_up.kind is kind]
    for follow_up in done:
        _settle(follow_up, FollowUpState.DONE, actor, now)
    return len(done)


def tell_of_call(
    lead: Lead, outcome: CallOutcome, text: str | None, due_before: datetime, actor: User, now: datetime
) -> None:
    """A call was made: it goes on the timeline, and the calls that were due before a moment are done by it.

    Where nothing else is owed, what usually follows such a call is planned.
    """
    log_call(lead, outcome, text, actor, now)
    for follow_up in open_of(lead.id):
        if follow_up.kind is FollowUpKind.CALL and follow_up.due_at < due_before:
            _settle(follow_up, FollowUpState.DONE, actor, now)
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
            _settle(follow_up, FollowUpState.SKIPPED, actor, now)


def keep_on(lead: Lead, now: datetime, suggestion: Suggestion | None = None) -> FollowUp | None:
    """Plan what usually comes next where nothing is owed, so that no open lead is adrift. Gives what was planned."""
    suggestion = suggestion or BY_STAGE.get(lead.stage)
    if suggestion is None or not lead.is_adrift:
        return None
    zone = local_zone()
    due = whole_day(suggestion.day(now.astimezone(zone).date()), zone)
    return plan(lead, suggestion.kind, due.at, now, title=suggestion.title, due_on=due.on, is_suggested=True)


def _settle(follow_up: FollowUp, state: FollowUpState, actor: User | None, now: datetime) -> None:
    follow_up.state = state
    follow_up.done_at = now
    follow_up.done_by_id = actor.id if actor else None
    _find_next_step(follow_up.lead)


def _find_next_step(lead: Lead) -> None:
    lead.next_step_at = earliest_due_at(lead.id)
