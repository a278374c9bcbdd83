"""Somebody asks to try a device at home, or we ask for them: whose it is, what was answered, what we owe."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.consultations.booking import Booker, lead_to_book, masked
from app.consultations.kinds import Audience
from app.contacts.consents import record_consents
from app.contacts.models import ConsentPurpose
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.language import DEFAULT, in_language
from app.core.turns import take_turns
from app.enquiries.services import LONGEST_NAME
from app.leads.models import EventKind, Lead
from app.leads.queries import lead_to_change
from app.leads.services import take_up
from app.leads.stages import Stage
from app.trials.asking_queries import trial_by_nonce
from app.trials.changes import Before, keep_change
from app.trials.consequences import follow_days, follow_request
from app.trials.ending import decline
from app.trials.models import Trial, TrialState
from app.trials.moves import Move, go
from app.trials.suitability import Answer, SuitabilityAnswer, SuitabilityQuestion
from app.trials.units import DeviceModel

CONSENT_SOURCE = "trial"
"""Where a consent comes from that was given with the wish to try."""

Answers = Iterable[tuple[SuitabilityQuestion, Answer]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was filled in for the trial itself."""

    audience: Audience
    answers: tuple[tuple[SuitabilityQuestion, Answer], ...] = ()
    email: str | None = None
    phone: str | None = None
    street_address: str | None = None
    postcode: str | None = None
    city: str | None = None
    wishes: str | None = None
    language: str = DEFAULT
    article_id: int | None = None
    consent_version: str | None = None
    is_suspect: bool = False
    """Whether it looks like spam, so that nothing is mailed of it before somebody here says yes."""


def ask(model: DeviceModel, wanted: Wanted, nonce: str, by: Booker | Lead, now: datetime) -> Trial:
    """A visitor asks to try the model. Nothing is refused for what was answered: that is ours to judge.

    The same form again is the same trial. Identity numbers are blotted out. A model that is not offered is refused.
    """
    take_turns(f"trial:{nonce}")
    earlier = trial_by_nonce(nonce)
    if earlier is not None:
        return earlier
    if not model.is_offered:
        raise RuleBroken(
            _l("%(name)s går inte att låna just nu. Skriv eller ring till oss i stället.", name=model.name)
        )
    lead = lead_to_book(by, now, CONSENT_SOURCE)
    given = {ConsentPurpose.ANSWER: wanted.consent_version}
    record_consents(lead.contact, given, wanted.language, CONSENT_SOURCE, now)
    trial = Trial(
        nonce=nonce,
        article_id=wanted.article_id or lead.article_id,
        borrower_name=masked(by.who.name, now)[:LONGEST_NAME] if isinstance(by, Booker) else lead.contact.name,
        is_suspect=wanted.is_suspect or (isinstance(by, Booker) and by.is_suspect),
        email=wanted.email,
        phone=wanted.phone,
        street_address=wanted.street_address,
        postcode=wanted.postcode,
        city=wanted.city,
        language=wanted.language,
        wishes=masked(wanted.wishes or "", now) or None,
    )
    _enter(trial, lead, model, wanted.audience, wanted.answers, None, now)
    return trial


def ask_for(
    lead: Lead,
    model: DeviceModel,
    actor: User,
    now: datetime,
    *,
    audience: Audience,
    answers: Answers = (),
    wishes: str | None = None,
) -> Trial:
    """We write down that somebody wants to try the model. A lead that is won or lost is refused."""
    lead_to_change(lead.id)
    if not lead.is_open:
        raise RuleBroken(_l("Affären är avslutad. Öppna den igen för att ordna en provperiod."))
    contact = lead.contact
    trial = Trial(
        article_id=lead.article_id,
        borrower_name=contact.name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        wishes=wishes or None,
    )
    _enter(trial, lead, model, audience, answers, actor, now)
    return trial


def judge(trial: Trial, is_suitable: bool, actor: User, now: datetime, why: str | None = None) -> None:
    """We say whether to try is for them. A no ends the trial; what it rests on is ours to know."""
    if not is_suitable:
        decline(trial, actor, now, why)
        return
    before = Before.of(trial)
    go(trial, Move.SUIT, now)
    keep_change(trial, None, actor, now, before=before, why=why)
    follow_days(trial)


def _enter(
    trial: Trial,
    lead: Lead,
    model: DeviceModel,
    audience: Audience,
    answers: Answers,
    actor: User | None,
    now: datetime,
) -> None:
    trial.lead, trial.model, trial.audience = lead, model, audience
    trial.state, trial.requested_at = TrialState.REQUESTED, now
    trial.owner_id = actor.id if actor else lead.owner_id
    trial.deposit_ore, trial.price_ore = model.deposit_ore, model.price_ore
    db.session.add(trial)
    db.session.flush()
    db.session.add_all(_kept(trial, question, answer) for question, answer in answers)
    keep_change(trial, EventKind.TRIAL_REQUESTED, actor, now)
    if lead.stage is Stage.RESTING:
        take_up(lead, actor, now)
    follow_request(trial, now)


def _kept(trial: Trial, question: SuitabilityQuestion, answer: Answer) -> SuitabilityAnswer:
    """In the words it was asked in, with what it means by today's rules."""
    words = in_language(question.words_sv, question.words_en)
    return SuitabilityAnswer(trial_id=trial.id, question=words, answer=answer, verdict=question.verdict(answer))
