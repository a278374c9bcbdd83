"""What was told during a trial is forgotten: when a yes is taken back, and when it has been kept long enough."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.models import ConsentPurpose, Contact
from app.core.db import db
from app.leads.models import Lead
from app.trials.check_in_queries import check_ins_of
from app.trials.check_ins import AnonymousRating, CheckIn, CheckInKind
from app.trials.keeping import the_rules
from app.trials.models import Trial, TrialState
from app.trials.protocols import PhotoKind, TrialPhoto
from app.trials.suitability import SuitabilityAnswer

_MAY_GO = sa.or_(TrialPhoto.kind != PhotoKind.AGREEMENT, Trial.state != TrialState.LOST)
"""The agreement on paper about a unit that never came back is what a claim rests on (GDPR 17.3 e)."""


def forget_when_withdrawn(
    contacts: Sequence[Contact], purpose: ConsentPurpose, _actor: User | None, _now: datetime
) -> None:
    """Without a yes to check-ins none of theirs is kept, not even a number; nor, without one to keep what they write,
    what they answered before a trial. Registered with the contacts.
    """
    leads = sa.select(Lead.id).where(Lead.contact_id.in_([contact.id for contact in contacts]))
    trials = sa.select(Trial.id).where(Trial.lead_id.in_(leads))
    if purpose is ConsentPurpose.CHECK_INS:
        forget_check_ins(trials)
    elif purpose is ConsentPurpose.ANSWER:
        db.session.execute(sa.delete(SuitabilityAnswer).where(SuitabilityAnswer.trial_id.in_(trials)))


def forget_check_ins(trial_ids: Sequence[int] | sa.Select[int]) -> None:
    """Delete what was told in check-ins of these trials, with its numbers."""
    db.session.execute(sa.delete(CheckIn).where(CheckIn.trial_id.in_(trial_ids)))


def kept_too_long(now: datetime) -> Sequence[int]:
    """The keys of trials of which something is left that has been kept as long as the owner wants, or longer."""
    is_old = sa.or_(_has_old_check_ins(now), _has_old_answers(now))
    return db.session.scalars(sa.select(Trial.id).where(is_old).order_by(Trial.id)).all()


def forget_what_is_old(trial: Trial, now: datetime) -> bool:
    """Delete what has been kept long enough; of check-ins the numbers stay, without whose they were. Says if any was.

    A trial that goes on is never touched, nor one whose time has not come.
    """
    asked = sa.select(_has_old_check_ins(now), _has_old_answers(now)).where(Trial.id == trial.id)
    has_old_check_ins, has_old_answers = db.session.execute(asked).one()
    if has_old_check_ins:
        _keep_numbers(trial)
        forget_check_ins([trial.id])
    if has_old_answers:
        _forget_answers(trial)
    return bool(has_old_check_ins or has_old_answers)


def _keep_numbers(trial: Trial) -> None:
    """In the order of the numbers themselves, so that no row tells which others came with it."""
    numbers = sorted(
        (rating.scale_id, _weeks_in(check_in, trial.starts_on), int(rating.value))
        for check_in in check_ins_of(trial.id)
        for rating in check_in.ratings
    )
    db.session.add_all(AnonymousRating(scale_id=scale, weeks_in=weeks, value=value) for scale, weeks, value in numbers)


def _weeks_in(check_in: CheckIn, starts_on: date | None) -> int:
    """In which week of the loan it was; 0 for how it was before."""
    if check_in.kind is CheckInKind.BASELINE:
        return 0
    return max(0, (check_in.day_on - (starts_on or check_in.day_on)).days) // 7 + 1


def _forget_answers(trial: Trial) -> None:
    db.session.execute(sa.delete(SuitabilityAnswer).where(SuitabilityAnswer.trial_id == trial.id))
    going = sa.select(TrialPhoto.id).join(Trial).where(Trial.id == trial.id, _MAY_GO)
    db.session.execute(sa.delete(TrialPhoto).where(TrialPhoto.id.in_(going)))


def _has_old_check_ins(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(_ended(the_rules().ratings_kept_days, now), sa.exists().where(CheckIn.trial_id == Trial.id))


def _has_old_answers(now: datetime) -> sa.ColumnElement[bool]:
    answers = sa.exists().where(SuitabilityAnswer.trial_id == Trial.id)
    photos = sa.exists().where(TrialPhoto.trial_id == Trial.id, _MAY_GO)
    return sa.and_(_ended(the_rules().answers_kept_days, now), sa.or_(answers, photos))


def _ended(days: int, now: datetime) -> sa.ColumnElement[bool]:
    """The condition that a trial ended so many days ago; one that goes on has not."""
    return Trial.settled_at <= now - timedelta(days=days)
