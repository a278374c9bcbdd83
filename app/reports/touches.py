"""Which article a thing is owed to: the one that the lead began with, or the last that they wrote from before it."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from app.enquiries.models import Enquiry, EnquiryState, EnquiryWay
from app.leads.models import Lead


class Touch(StrEnum):
    """The two ways to see it."""

    FIRST = "first"
    LAST = "last"


def is_letter(enquiry: type[Enquiry] = Enquiry) -> sa.ColumnElement[bool]:
    """What a visitor sent by a form, neither taken for spam nor a reply on the private page."""
    return sa.and_(enquiry.way == EnquiryWay.FORM, enquiry.state != EnquiryState.QUARANTINED)


IS_A_LETTER = is_letter()


def article_of(
    touch: Touch, moment: sa.SQLColumnExpression[datetime] | sa.SQLColumnExpression[datetime | None]
) -> sa.ColumnElement[int | None]:
    """The key of the article that something of a lead's at a moment is owed to; empty where there is none.

    A letter that came from no article takes nothing from the one before it.
    """
    if touch is Touch.FIRST:
        return Lead.article_id.expression
    last = (
        sa.select(Enquiry.article_id)
        .where(Enquiry.lead_id == Lead.id, Enquiry.received_at <= moment, Enquiry.article_id.is_not(None), IS_A_LETTER)
        .order_by(Enquiry.received_at.desc(), Enquiry.id.desc())
        .limit(1)
        .correlate_except(Enquiry)
    )
    return sa.func.coalesce(last.scalar_subquery(), Lead.article_id)
