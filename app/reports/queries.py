"""What happened in a period, counted in the database; each thing on the day that it happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from app.articles.models import Article
from app.consultations.kinds import Audience
from app.consultations.models import Consultation, ConsultationState
from app.core.db import db
from app.enquiries.models import Enquiry
from app.leads.models import Lead, LostReason
from app.leads.stages import Stage
from app.reports.medians import SECONDS_OF_A_DAY, seconds_of
from app.reports.scope import Scope
from app.reports.touches import IS_A_LETTER, Touch, article_of
from app.trials.models import WITH_BORROWER, Trial, TrialState

Counts = Mapping[int | None, int]
"""By the key of an article; None holds what came from none."""


@dataclass(frozen=True, slots=True)
class Sales:
    """How many, and for how many öre."""

    count: int = 0
    ore: int = 0


AGREED = (
    ConsultationState.BOOKED,
    ConsultationState.HELD,
    ConsultationState.NO_SHOW,
    ConsultationState.COULD_NOT_COME,
)
"""A talk that was only wished for, or was called off, is not counted."""
AFTER_BEING_OUT = (TrialState.BOUGHT, TrialState.NOT_BOUGHT, TrialState.LOST)


def enquiries_by_article(scope: Scope, touch: Touch) -> Counts:
    """Enquiries by the form; neither quarantine nor what a known contact adds on the private page."""
    article = Lead.article_id if touch is Touch.FIRST else Enquiry.article_id
    query = sa.select(article, sa.func.count()).select_from(Enquiry).join(Enquiry.lead)
    return _counted(
        query.where(IS_A_LETTER, scope.period.has_moment(Enquiry.received_at), *scope.whose()).group_by(article)
    )


def talks_by_article(scope: Scope, touch: Touch) -> Counts:
    """Talks that were booked."""
    article = article_of(touch, Consultation.created_at)
    query = sa.select(article.label("article_id")).select_from(Consultation).join(Consultation.lead)
    return _counted_each(
        query.where(Consultation.state.in_(AGREED), scope.period.has_moment(Consultation.created_at), *scope.whose())
    )


def trials_by_article(scope: Scope, touch: Touch) -> Counts:
    """Trials that began: the unit was handed over, and its first day is one of these."""
    query = _trials_with_article(touch, Trial.handed_over_at)
    begun = query.where(Trial.handed_over_at.is_not(None), scope.period.has_day(Trial.starts_on), *scope.whose())
    return _counted_each(begun)


def purchases_by_article(scope: Scope, touch: Touch) -> Mapping[int | None, Sales]:
    """Trials that ended with a purchase, at the price that was agreed."""
    query = _trials_with_article(touch, Trial.settled_at).add_columns(Trial.price_ore.label("ore"))
    return _sold(query.where(Trial.state == TrialState.BOUGHT, scope.period.has_day(Trial.sold_on), *scope.whose()))


def wins_by_article(scope: Scope, touch: Touch) -> Mapping[int | None, Sales]:
    """Leads that were won without a trial, so that no purchase is counted twice; at what they were said to be worth."""
    by_trial = sa.exists().where(Trial.lead_id == Lead.id, Trial.state == TrialState.BOUGHT)
    query = sa.select(
        article_of(touch, Lead.closed_at).label("article_id"), sa.func.coalesce(Lead.value_ore, 0).label("ore")
    )
    return _sold(
        query.where(Lead.stage == Stage.WON, scope.period.has_moment(Lead.closed_at), ~by_trial, *scope.whose())
    )


def _trials_with_article(touch: Touch, moment: sa.SQLColumnExpression[datetime | None]) -> sa.Select[int | None]:
    """The article that each trial is owed to; where the person has been erased, the one that it was asked for from."""
    article = sa.case((Trial.lead_id.is_(None), Trial.article_id), else_=article_of(touch, moment))
    return sa.select(article.label("article_id")).select_from(Trial).outerjoin(Trial.lead)


def _counted_each(query: sa.Select[int | None]) -> Counts:
    each = query.subquery()
    return _counted(sa.select(each.c.article_id, sa.func.count()).group_by(each.c.article_id))


def _sold(query: sa.SelectBase) -> Mapping[int | None, Sales]:
    each = query.subquery()
    summed = sa.select(each.c.article_id, sa.func.count(), sa.func.sum(each.c.ore)).group_by(each.c.article_id)
    return {article_id: Sales(count, int(ore)) for article_id, count, ore in db.session.execute(summed)}


def titles_of_articles() -> Mapping[int, str]:
    """What each article is called."""
    return dict(db.session.execute(sa.select(Article.id, Article.title)).all())


def _counted(query: sa.Select[int | None, int]) -> Counts:
    return dict(db.session.execute(query).all())


def trials_out(scope: Scope, today: date) -> tuple[int, int]:
    """How many units are with somebody now, and how many of those should have been back."""
    late = sa.func.count().filter(Trial.ends_on < today)
    query = sa.select(sa.func.count(), late).select_from(Trial).outerjoin(Trial.lead)
    out, overdue = db.session.execute(query.where(Trial.state.in_(WITH_BORROWER), *scope.whose())).one()
    return out, overdue


@dataclass(frozen=True, slots=True)
class EndedTrials:
    """Trials that have ended in the same way."""

    audience: Audience
    article_id: int | None
    state: TrialState
    lost_reason_id: int | None
    count: int
    days: int
    """All together, the first and the last of each counted."""


_KEPT_IT = sa.and_(Trial.state == TrialState.BOUGHT, Trial.received_at.is_(None), Trial.sold_on >= Trial.starts_on)
_LAST_ON = sa.case((_KEPT_IT, Trial.sold_on), else_=Trial.ends_on)
"""Of a unit that was bought where it was, the day of the sale: nothing was tried after it."""
_DAYS = (seconds_of(_LAST_ON) - seconds_of(Trial.starts_on)) // SECONDS_OF_A_DAY + 1


def ended_trials(scope: Scope) -> Sequence[EndedTrials]:
    """The trials that were out and have ended: bought, not bought or lost."""
    ways = (Trial.audience, Trial.article_id, Trial.state, Trial.lost_reason_id)
    query = sa.select(*ways, sa.func.count(), sa.func.sum(_DAYS).label("days")).select_from(Trial).outerjoin(Trial.lead)
    ended = query.where(Trial.state.in_(AFTER_BEING_OUT), scope.period.has_moment(Trial.settled_at), *scope.whose())
    rows = db.session.execute(ended.group_by(*ways).order_by(*ways))
    return [EndedTrials(*row[:-1], days=int(row.days)) for row in rows]


def reasons_by_key() -> Mapping[int, LostReason]:
    """All reasons that somebody can have for not buying."""
    return {reason.id: reason for reason in db.session.scalars(sa.select(LostReason))}
