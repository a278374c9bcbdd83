from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.models import Contact, Subject, SubjectKind
from app.contacts.services import add_subject, renew_terms, subject_called
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.language import local_zone
from app.core.rows import plain, store
from app.leads.directions import moments_of
from app.leads.lost_reasons import FIRST_LOST_REASONS
from app.leads.models import CallOutcome, EventKind, Lead, LeadEvent, LeadStage, LostReason
from app.leads.moves import follow_move_rules
from app.leads.own_stages import first_stage, stage_of
from app.leads.queries import has_lost_reasons, is_subject_of_others, stage_before
from app.leads.stages import Stage
from app.leads.stays import seconds_between, stands_since
from app.leads.talks import follow_talk_rules


def open_lead(
    contact: Contact,
    subject: Subject,
    now: datetime,
    article_id: int | None = None,
    owner: User | None = None,
    actor: User | None = None,
) -> Lead:
    """A new lead in stage *new*, heard from now.

    Somebody's own doing (`actor`) is told on the timeline; an enquiry tells of itself.
    """
    lead = store(
        plain(
            Lead,
            contact=contact,
            subject=subject,
            article_id=article_id,
            owner_id=owner.id if owner else None,
            stage=Stage.NEW,
            stage_changed_at=now,
            created_at=now,
            active_at=now,
            heard_at=now,
        )
    )
    if actor is not None:
        tell(lead, EventKind.STAGE, now, actor=actor, to_stage=Stage.NEW)
    return lead


def tell(
    lead: Lead,
    kind: EventKind,
    now: datetime,
    *,
    actor: User | None = None,
    about_id: int | None = None,
    text: str | None = None,
    outcome: CallOutcome | None = None,
    from_stage: Stage | None = None,
    to_stage: Stage | None = None,
    **more: Any,
) -> LeadEvent:
    """Write one line on the timeline; the lead and its contact are active now, and it is known who spoke."""
    event = write_line(
        lead,
        kind,
        now,
        actor=actor,
        about_id=about_id,
        text=text,
        outcome=outcome,
        from_stage=from_stage,
        to_stage=to_stage,
        **more,
    )
    _note_moment(lead.contact, "active_at", now)
    for moment in ("active_at", *moments_of(kind, outcome, is_ours=actor is not None)):
        _note_moment(lead, moment, now)
    return event


def write_line(lead: Lead, kind: EventKind, now: datetime, *, actor: User | None = None, **more: Any) -> LeadEvent:
    """Write one line on the timeline of a lead that nothing happened to: where its papers lie has changed, no more."""
    return store(plain(LeadEvent, lead=lead, kind=kind, at=now, actor_id=actor.id if actor else None, **more))


def _note_moment(row: Lead | Contact, moment: str, now: datetime) -> None:
    if getattr(row, moment) != now:  # to write the same again would cost as much as to write another
        setattr(row, moment, now)


def move_to_stage(
    lead: Lead,
    stage: Stage,
    actor: User | None,
    now: datetime,
    why: str | None = None,
    lost_reason: LostReason | None = None,
    rests_until_on: date | None = None,
    own: LeadStage | None = None,
) -> None:
    """Move the lead and keep the history of it. Lost asks for a reason, resting for a day to come; leaving forgets it.

    It goes to the first stage of that meaning, or to the `own` one that is named; what the move asks of other rooms
    follows (`moves.py`). The stage it already has is refused, but a resting lead may rest until another day.
    """
    if stage is Stage.RESTING:
        _refuse_a_day_gone(rests_until_on, now)
    stays = stage is lead.stage and (own is None or own.id == stage_of(lead).id)
    if stays and rests_until_on in (None, lead.rests_until_on):
        raise RuleBroken(_l("Affären står redan i det steget."))
    if stage is Stage.LOST and lost_reason is None:
        raise RuleBroken(_l("Välj en anledning till att affären är förlorad."))
    left = lead.stage
    lead.rests_until_on = rests_until_on if stage is Stage.RESTING else None
    if not stays:
        _go_to(lead, stage, own.id if own is not None and not own.is_first else None, actor, now, why)
        lead.lost_reason = lost_reason if stage is Stage.LOST else None
    if lead.rests_until_on is not None:
        tell(lead, EventKind.RESTS, now, actor=actor, text=lead.rests_until_on.isoformat())
    follow_move_rules(lead, left, actor, now)


def _go_to(
    lead: Lead, stage: Stage, added_stage_id: int | None, actor: User | None, now: datetime, why: str | None
) -> None:
    left, left_added_id = lead.stage, lead.added_stage_id
    lead.stage, lead.added_stage_id, lead.stage_changed_at = stage, added_stage_id, now
    if stage is not left:
        lead.closed_at = None if stage.is_open else now
    tell_of_move(lead, left, left_added_id, actor, now, why)


def tell_of_move(
    lead: Lead, left: Stage, left_added_id: int | None, actor: User | None, now: datetime, why: str | None = None
) -> None:
    """Write on the timeline that it came from there to where it stands now."""
    tell(
        lead,
        EventKind.STAGE,
        now,
        actor=actor,
        text=why or None,
        from_stage=left,
        to_stage=lead.stage,
        from_added_stage_id=left_added_id,
        to_added_stage_id=lead.added_stage_id,
        stood_seconds=seconds_between(stands_since(lead), now),
    )


def _refuse_a_day_gone(rests_until_on: date | None, now: datetime) -> None:
    if rests_until_on is None or rests_until_on <= now.astimezone(local_zone()).date():
        raise RuleBroken(_l("Välj en dag efter i dag som affären ska vila till."))


def take_up(lead: Lead, actor: User | None, now: datetime) -> None:
    """Back on the walk from rest or from its end, in the stage it had before. One that walks already is refused."""
    if lead.is_walking:
        raise RuleBroken(_l("Affären är redan öppen."))
    before = stage_before(lead) or first_stage(Stage.CONTACTED)
    move_to_stage(lead, before.meaning, actor, now, own=before)


def write_note(lead: Lead, text: str, actor: User, now: datetime) -> LeadEvent:
    """Keep a note on the timeline. An empty one is refused."""
    if not text.strip():
        raise RuleBroken(_l("Skriv något i anteckningen först."))
    return tell(lead, EventKind.NOTE, now, actor=actor, text=text)


def log_call(lead: Lead, outcome: CallOutcome, text: str | None, actor: User, now: datetime) -> LeadEvent:
    """Tell how a call went. A new lead that answered the phone has been contacted."""
    event = tell(lead, EventKind.CALL, now, actor=actor, outcome=outcome, text=text or None)
    if outcome is CallOutcome.ANSWERED:
        follow_talk_rules(lead, actor, now)
        if lead.stage is Stage.NEW:
            move_to_stage(lead, Stage.CONTACTED, actor, now)
    return event


def hand_over(lead: Lead, owner: User | None, actor: User | None, now: datetime) -> None:
    """Give the lead to another owner, or to nobody. The owner it already has changes nothing."""
    if owner is not None:
        refuse_shut_out(owner)
    if lead.owner_id == (owner.id if owner else None):
        return
    lead.owner = owner
    tell(lead, EventKind.OWNER, now, actor=actor, about_id=owner.id if owner else None)


def change_subject(lead: Lead, kind: SubjectKind, name: str | None) -> None:
    """The lead is about somebody else of the contact's, known or new.

    Where no other lead is about whom it was about, that was a mistake, and is put right instead.
    """
    name = None if kind is SubjectKind.SELF else (name or None)
    known = subject_called(lead.contact, kind, name)
    if known is None and not is_subject_of_others(lead):
        lead.subject.kind, lead.subject.name = kind, name
        renew_terms(lead.contact)
    else:
        lead.subject = known or add_subject(lead.contact, kind, name)


def refuse_shut_out(owner: User) -> None:
    """Nobody is given what they cannot see, or cannot work with."""
    if not owner.is_active:
        raise RuleBroken(_l("Den användaren är avstängd. Välj någon annan."))
    if not owner.may_change:
        raise RuleBroken(_l("Den användaren kan bara läsa. Välj någon annan."))


def ensure_lost_reasons() -> None:
    """The reasons that a new instance starts with. Where there are any, the owner's list is left alone."""
    if not has_lost_reasons():
        db.session.add_all(
            LostReason(name_sv=swedish, name_en=english, position=position)
            for position, (swedish, english) in enumerate(FIRST_LOST_REASONS, start=1)
        )
