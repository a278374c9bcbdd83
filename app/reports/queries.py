"""What happened in a period, counted in the database; each thing on the day that it happened."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from app.articles.models import Article
from app.consultations.kinds import Audience
from app.consultations.models import Consultation, ConsultationState
from app.core.db import db
from app.enquiries.models import Enquiry, EnquiryState, EnquiryWay
from app.leads.models import Lead, LostReason
from app.leads.stages import Stage
from app.reports.periods import Period
from app.trials.models import IS_WITH_BORROWER, Trial, TrialState

Counts = Mapping[int | None, int]
"""By the key of an article; None holds what came from none."""

AGREED = (
    ConsultationState.BOOKED,
    ConsultationState.HELD,
    ConsultationState.NO_SHOW,
    ConsultationState.COULD_NOT_COME,
)
"""A talk that was only wished for, or was called off, is not counted."""
AFTER_BEING_OUT = (TrialState.BOUGHT, TrialState.NOT_BOUGHT, TrialState.LOST)


def enquiries_by_article(period: Period) -> Counts:
    """Enquiries by the article that their lead first came from; neither quarantine nor what a known contact adds."""
    query = sa.select(Lead.article_id, sa.func.count()).select_from(Enquiry).join(Enquiry.lead)
    return _counted(
        query.where(
            Enquiry.state != EnquiryState.QUARANTINED,
            Enquiry.way == EnquiryWay.FORM,
            period.has_moment(Enquiry.received_at),
        ).group_by(Lead.article_id)
    )


def talks_by_article(period: Period) -> Counts:
    """Talks that were booked, by the article that their lead first came from."""
    query = sa.select(Lead.article_id, sa.func.count()).select_from(Consultation).join(Consultation.lead)
    agreed = query.where(Consultation.state.in_(AGREED), period.has_moment(Consultation.created_at))
    return _counted(agreed.group_by(Lead.article_id))


def trials_by_article(period: Period) -> Counts:
    """Trials that began: the unit was handed over, and its first day is one of these."""
    query = sa.select(Trial.article_id, sa.func.count())
    begun = query.where(Trial.handed_over_at.is_not(None), period.has_day(Trial.starts_on))
    return _counted(begun.group_by(Trial.article_id))


def purchases_by_article(period: Period) -> Mapping[int | None, tuple[int, int]]:
    """How many trials ended with a purchase, and for how many öre."""
    query = sa.select(Trial.article_id, sa.func.count(), sa.func.sum(Trial.price_ore))
    bought = query.where(Trial.state == TrialState.BOUGHT, period.has_day(Trial.sold_on))
    rows = db.session.execute(bought.group_by(Trial.article_id))
    return {article_id: (count, int(ore)) for article_id, count, ore in rows}


def wins_by_article(period: Period) -> Counts:
    """Leads that were won without a trial, so that no purchase is counted twice. What they paid is written nowhere."""
    by_trial = sa.exists().where(Trial.lead_id == Lead.id, Trial.state == TrialState.BOUGHT)
    query = sa.select(Lead.article_id, sa.func.count()).select_from(Lead)
    won = query.where(Lead.stage == Stage.WON, period.has_moment(Lead.closed_at), ~by_trial)
    return _counted(won.group_by(Lead.article_id))


def titles_of_articles() -> Mapping[int, str]:
    """What each article is called."""
    return dict(db.session.execute(sa.select(Article.id, Article.title)).all())


def _counted(query: sa.Select[int | None, int]) -> Counts:
    return dict(db.session.execute(query).all())


def trials_out(today: date) -> tuple[int, int]:
    """How many units are with somebody now, and how many of those should have been back."""
    late = sa.func.count().filter(Trial.ends_on < today)
    out, overdue = db.session.execute(sa.select(sa.func.count(), late).where(IS_WITH_BORROWER)).one()
    return out, overdue


class EndedTrial(NamedTuple):
    """What a report needs to know of a trial that has ended."""

    audience: Audience
    article_id: int | None
    state: TrialState
    lost_reason_id: int | None
    days: int
    """The first and the last counted."""


_KEPT_IT = sa.and_(Trial.state == TrialState.BOUGHT, Trial.received_at.is_(None), Trial.sold_on >= Trial.starts_on)
_LAST_ON = sa.case((_KEPT_IT, Trial.sold_on), else_=Trial.ends_on)
"""Of a unit that was bought where it was, the day of the sale: nothing was tried after it."""


def ended_trials(period: Period) -> Sequence[EndedTrial]:
    """The trials that were out and have ended: bought, not bought or lost."""
    what = (Trial.audience, Trial.article_id, Trial.state, Trial.lost_reason_id, Trial.starts_on, _LAST_ON)
    query = sa.select(*what).where(Trial.state.in_(AFTER_BEING_OUT), period.has_moment(Trial.settled_at))
    return [
        EndedTrial(audience, article_id, state, reason_id, (last - first).days + 1)
        for audience, article_id, state, reason_id, first, last in db.session.execute(query.order_by(Trial.id))
        if first and last
    ]


def reasons_by_key() -> Mapping[int, LostReason]:
    """All reasons that somebody can have for not buying."""
    return {reason.id: reason for reason in db.session.scalars(sa.select(LostReason))}
