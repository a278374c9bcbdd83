from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.language import local_zone
from app.core.rows import change, plain, store
from app.follow_ups.appointments import next_appointment
from app.follow_ups.dues import Due
from app.follow_ups.models import REACHES_OUT, FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.onward import End, NextStep, Onward, Rest
from app.follow_ups.queries import earliest_due_at, last_reached_out_at, open_of
from app.follow_ups.suggestions import BY_STAGE, Suggestion
from app.leads.models import EventKind, Lead
from app.leads.moving import Facts, enter_stage
from app.leads.own_stages import first_stage
from app.leads.services import refuse_shut_out, tell
from app.leads.stages import Stage


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
    if lead.next_step_at is not None and forget_suggested(lead, but=follow_up):
        find_next_step(lead)
    elif lead.next_step_at is None or due_at < lead.next_step_at:
        change(lead, next_step_at=due_at)
    return follow_up


def plan_step(lead: Lead, step: NextStep, now: datetime) -> FollowUp:
    """Owe the lead a step that somebody has named."""
    return plan(lead, step.kind, step.due_at, now, title=step.title, due_on=step.due_on)


def forget_suggested(lead: Lead, *, but: FollowUp | None = None) -> int:
    """What was only suggested gives way to what somebody has planned or booked; says how many it was.

    The caller finds the next step anew.
    """
    suggested = [step for step in open_of(lead.id) if step.is_suggested and step is not but]
    for step in suggested:
        db.session.delete(step)
    return len(suggested)


def keep_on(lead: Lead, now: datetime, suggestion: Suggestion | None = None) -> FollowUp | None:
    """Plan what usually comes next where nothing is owed, so that no open lead is adrift. Gives what was planned."""
    suggestion = suggestion or BY_STAGE.get(lead.stage)
    if suggestion is None or not lead.is_adrift:
        return None
    zone = local_zone()
    step = suggestion.step(now.astimezone(zone).date(), zone)
    return plan(lead, step.kind, step.due_at, now, title=step.title, due_on=step.due_on, is_suggested=True)


class NextStepMissing(RuleBroken):
    """What was to be settled is the last thing that an open lead is owed, and nothing was said of what comes next."""


def complete(follow_up: FollowUp, actor: User | None, now: datetime, onward: Onward | None = None) -> None:
    """It is done, the timeline says so, and the lead goes on with what comes next.

    Raises NextStepMissing where the lead would be adrift without. Where it is settled already, nothing changes.
    """
    if follow_up.state is not FollowUpState.OPEN:
        return
    _refuse_to_end_in_nothing(follow_up, onward)
    settle(follow_up, FollowUpState.DONE, actor, now)
    if follow_up.kind in REACHES_OUT:
        follow_up.lead.reached_out_at = now
    tell(follow_up.lead, EventKind.FOLLOW_UP, now, actor=actor, about_id=follow_up.id)
    _go_on(follow_up.lead, onward, actor, now)


def skip(
    follow_up: FollowUp, reason: str | None, actor: User | None, now: datetime, onward: Onward | None = None
) -> None:
    """It will not be done, and the timeline says why. Refused without a reason; else as `complete`."""
    if follow_up.state is not FollowUpState.OPEN:
        return
    if not reason:
        raise RuleBroken(_l("Välj eller skriv varför steget hoppas över."))
    _refuse_to_end_in_nothing(follow_up, onward)
    follow_up.reason = reason
    settle(follow_up, FollowUpState.SKIPPED, actor, now)
    tell(follow_up.lead, EventKind.FOLLOW_UP, now, actor=actor, about_id=follow_up.id, text=reason)
    _go_on(follow_up.lead, onward, actor, now)


def _refuse_to_end_in_nothing(follow_up: FollowUp, onward: Onward | None) -> None:
    lead = follow_up.lead
    is_last = all(step is follow_up for step in open_of(lead.id))
    if onward or not is_last or not lead.is_open or lead.rests_until_on:
        return
    if next_appointment(lead.id) is None:
        raise NextStepMissing(_l("Säg vad som händer härnäst, så att affären inte blir glömd."))


def _go_on(lead: Lead, onward: Onward | None, actor: User | None, now: datetime) -> None:
    match onward:
        case NextStep():
            plan_step(lead, onward, now)
        case Rest():
            facts = Facts(rests_until_on=onward.until_on)
            enter_stage(lead, first_stage(Stage.RESTING), actor, now, facts=facts)
        case End():
            enter_stage(lead, first_stage(onward.stage), actor, now, facts=Facts(lost_reason=onward.lost_reason))


def reopen(follow_up: FollowUp) -> None:
    """Undo `complete` or `skip`: it is owed again, as it was, and not what was planned with the same tap, unless that
    has been moved since.

    A won or lost lead's is refused.
    """
    lead = follow_up.lead
    if not lead.is_open:
        raise RuleBroken(_l("Affären är avslutad. Öppna den igen för att planera något."))
    for step in open_of(lead.id):
        if step.created_at == step.planned_at == follow_up.done_at:
            db.session.delete(step)
    follow_up.state = FollowUpState.OPEN
    follow_up.done_at = follow_up.done_by_id = follow_up.reason = None
    lead.reached_out_at = last_reached_out_at(lead.id)
    find_next_step(lead)


def move(
    follow_up: FollowUp, due_at: datetime, now: datetime, due_on: date | None = None, actor: User | None = None
) -> None:
    """Do it another day or hour, and let the timeline say so. A settled one is refused."""
    _refuse_settled(follow_up)
    if (follow_up.due_at, follow_up.due_on) == (due_at, due_on):
        return
    follow_up.due_at, follow_up.due_on, follow_up.planned_at = due_at, due_on, now
    follow_up.is_suggested = False
    find_next_step(follow_up.lead)
    until = (due_on or due_at).isoformat()
    tell(follow_up.lead, EventKind.MOVED, now, actor=actor, about_id=follow_up.id, text=until)


def move_back(
    follow_up: FollowUp, before: Due, after: Due, actor: User | None, now: datetime, *, was_suggested: bool
) -> None:
    """Undo `move`: due when it was `before`, and as ready to give way as it was to what somebody plans.

    Refused once it is settled, or due at another moment than `after`.
    """
    _refuse_settled(follow_up)
    if Due(follow_up.due_at, follow_up.due_on) != after:
        raise RuleBroken(_l("Steget har flyttats igen sedan dess. Flytta det för hand i stället."))
    move(follow_up, before.at, now, before.on, actor)
    follow_up.is_suggested = was_suggested


def hand_on(follow_up: FollowUp, owner: User | None, actor: User, now: datetime) -> None:
    """Give the step alone to somebody else, or to nobody, and let the timeline say so. A settled one is refused."""
    _refuse_settled(follow_up)
    if owner:
        refuse_shut_out(owner)
    owner_id, name = (owner.id, owner.name) if owner else (None, None)
    if follow_up.owner_id != owner_id:
        follow_up.owner_id = owner_id
        tell(follow_up.lead, EventKind.HANDED_ON, now, actor=actor, about_id=follow_up.id, text=name)


def _refuse_settled(follow_up: FollowUp) -> None:
    if follow_up.state is not FollowUpState.OPEN:
        raise RuleBroken(_l("Det här steget är redan avslutat. Planera ett nytt i stället."))


def complete_open(lead: Lead, kind: FollowUpKind, actor: User | None, now: datetime) -> int:
    """Settle everything of one kind that the lead is owed, and say how many. The caller tells the timeline why."""
    done = [follow_up for follow_up in open_of(lead.id) if follow_up.kind is kind]
    for follow_up in done:
        settle(follow_up, FollowUpState.DONE, actor, now)
    return len(done)


def settle(follow_up: FollowUp, state: FollowUpState, actor: User | None, now: datetime) -> None:
    """From now on it is done or skipped. The caller tells the timeline, and sees that the lead is not left adrift."""
    follow_up.state = state
    follow_up.done_at = now
    follow_up.done_by_id = actor.id if actor else None
    find_next_step(follow_up.lead)


def find_next_step(lead: Lead) -> None:
    """Let the lead know when its next step is due: the earliest thing it is owed, or an earlier appointment."""
    appointment = next_appointment(lead.id)
    moments = (earliest_due_at(lead.id), appointment.due_at if appointment else None)
    lead.next_step_at = min(filter(None, moments), default=None)
