"""Who a visitor is that wants to try a device, and comes from a page of their own: nothing is asked of them twice."""

from contextlib import suppress
from datetime import datetime

from app.consultations.booking import Booker
from app.consultations.kinds import Audience
from app.consultations.visitors import ADDRESS, KnownVisitor, known_visitor
from app.contacts.models import SubjectKind
from app.contacts.services import person
from app.core import links
from app.core.db import db
from app.leads.models import Lead
from app.trials.models import Trial, TrialState
from app.trials.trial_links import read_trial


def known_borrower(token: str, now: datetime) -> KnownVisitor | None:
    """Whom a link to the thanks, a private page, a booking or a trial belongs to; None for any other."""
    with suppress(links.LinkBroken, links.LinkExpired):
        return _by_trial(token, now)
    return known_visitor(token, now)


def audience_of(kind: SubjectKind) -> Audience:
    """Whether it is a person or a horse that tries."""
    return Audience.HORSE if kind is SubjectKind.HORSE else Audience.PERSON


def _by_trial(token: str, now: datetime) -> KnownVisitor | None:
    trial = db.session.get(Trial, read_trial(token, now))
    if trial is None or trial.lead is None:
        return None
    is_trusted = not trial.is_suspect or trial.state not in (TrialState.REQUESTED, TrialState.CANCELLED)
    return KnownVisitor(
        trial.lead if is_trusted else _suspect_again(trial, trial.lead),
        trial.email,
        trial.phone,
        trial.lead.subject.kind,
        {name: getattr(trial, name) for name in ADDRESS},
    )


def _suspect_again(trial: Trial, lead: Lead) -> Booker:
    """Whoever asked for what nobody has said yes to has not become trusted by it."""
    return Booker(
        person(trial.borrower_name, trial.email, trial.phone, language=trial.language),
        lead.subject.kind,
        lead.subject.name,
        trial.article_id,
        is_suspect=True,
    )
