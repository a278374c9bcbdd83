"""The letters of plans: made ready by the clock, approved, edited or skipped by a person."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.labels import name_here
from app.core.language import local_zone
from app.leads.models import EventKind
from app.leads.services import tell
from app.mail.models import MailTemplateVersion, MessageClass
from app.mail.placeholders import Recipient
from app.mail.services import queue
from app.mail.templates import current_version
from app.mail.wording import Missing, Rendered, Words, render, words_of
from app.plans.models import DraftState, PlanDraft, PlanRun, PlanStep
from app.plans.walking import go_on

LETTER_KINDS = {MessageClass.SERVICE: "plan_letter", MessageClass.MARKETING: "plan_tip"}
"""Which kind of mail carries a plan's letters."""


def write_draft(run: PlanRun, step: PlanStep, now: datetime) -> PlanDraft:
    """Make the letter of a step ready, in the words that its template has now. The run waits for what becomes of it.

    It is sent at once where the plan sends by itself, unless it is late or something in it cannot be filled in.
    """
    if step.template_id is None:
        raise ValueError("this step is no letter")
    due_at = step.waits.ends_at(run.waits_from, local_zone())
    draft = PlanDraft(
        run=run,
        position=step.position,
        template_version_id=current_version(step.template_id).id,
        language=run.lead.contact.language,
        made_at=now,
        due_at=due_at,
        latest_at=due_at + timedelta(days=step.late_days),
    )
    db.session.add(draft)
    run.next_at = None
    db.session.flush()
    if draft.is_late:
        tell(run.lead, EventKind.PLAN_LATE, now, about_id=run.id, text=name_of(draft))
    elif run.plan.sends_by_itself and isinstance(letter_of(draft, now), Rendered):
        _send(draft, None, now)
    return draft


def words_in(draft: PlanDraft) -> Words:
    """What the letter says with its placeholders still open: as edited, else as its template says."""
    if draft.subject is not None and draft.body is not None:
        return Words(draft.subject, draft.body)
    return words_of(_version_of(draft), draft.language)


def letter_of(draft: PlanDraft, now: datetime) -> Rendered | Missing:
    """The letter as it would leave now, or what cannot be filled in."""
    return render(words_in(draft), _recipient_of(draft, now))


def name_of(draft: PlanDraft) -> str:
    """What its template is called, in the language of the page."""
    return name_here(_version_of(draft).template)


def edit(draft: PlanDraft, words: Words) -> None:
    """Say it in other words, this time only. A letter that is decided is refused."""
    _refuse_decided(draft)
    draft.subject, draft.body = words.subject, words.body


def approve(draft: PlanDraft, actor: User, now: datetime) -> None:
    """Send it: at its time or, where that has passed, at once. Refused when decided, or when something is missing."""
    _refuse_decided(draft)
    letter = letter_of(draft, now)
    if isinstance(letter, Missing):
        raise RuleBroken(
            _l("Mejlet kan inte fyllas i. Det saknar: %(names)s. Ändra texten först.", names=", ".join(letter.names))
        )
    _send(draft, actor, now)


def skip(draft: PlanDraft, actor: User, now: datetime) -> None:
    """Do not send it, and go on with the next step. The timeline says so. One that is decided is refused."""
    _refuse_decided(draft)
    _decide(draft, DraftState.SKIPPED, actor, now)
    tell(draft.run.lead, EventKind.PLAN_SKIPPED, now, actor=actor, about_id=draft.run_id, text=name_of(draft))
    go_on(draft.run, now)


def withdraw(run: PlanRun, now: datetime) -> None:
    """What waits for somebody need not be decided any more."""
    waiting = sa.update(PlanDraft).where(PlanDraft.run_id == run.id, PlanDraft.state == DraftState.WAITING)
    db.session.execute(waiting.values(state=DraftState.WITHDRAWN, decided_at=now))


def _send(draft: PlanDraft, actor: User | None, now: datetime) -> None:
    run = draft.run
    address = run.lead.contact.email
    if address is None:
        raise RuleBroken(_l("Kontakten har ingen e-postadress. Lägg till en, eller stoppa planen."))
    leaves_at = max(now, draft.due_at)
    _decide(draft, DraftState.APPROVED, actor, now)
    message = queue(
        LETTER_KINDS[run.message_class],
        address=address,
        language=draft.language,
        dedupe_key=f"plan:{run.id}:{draft.position}",
        context={"draft": draft.id},
        now=now,
        lead_id=run.lead_id,
        due_at=leaves_at,
        latest_after=draft.latest_at - draft.due_at,
    )
    draft.message_id = message.id if message else None
    go_on(run, now, leaves_at)


def _decide(draft: PlanDraft, state: DraftState, actor: User | None, now: datetime) -> None:
    draft.state = state
    draft.decided_at = now
    draft.decided_by_id = actor.id if actor else None


def _refuse_decided(draft: PlanDraft) -> None:
    if draft.state is DraftState.WITHDRAWN:
        raise RuleBroken(_l("Planen har stoppats, så mejlet skickas inte."))
    if draft.state is not DraftState.WAITING:
        raise RuleBroken(_l("Mejlet är redan godkänt eller överhoppat."))


def _recipient_of(draft: PlanDraft, now: datetime) -> Recipient:
    return Recipient(draft.run.lead_id, draft.run.lead.contact.email or "", draft.language, now)


def _version_of(draft: PlanDraft) -> MailTemplateVersion:
    return db.session.get_one(MailTemplateVersion, draft.template_version_id)
