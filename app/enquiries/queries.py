from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.core.db import db
from app.enquiries.models import Enquiry, EnquiryState


@dataclass(frozen=True, slots=True)
class FromArticle:
    """What one article has brought: how many enquiries, and when the latest came."""

    count: int
    last_at: datetime


def enquiries_by_article() -> dict[int, FromArticle]:
    """For each article's key what it has brought, quarantine left out; articles without enquiries are not in it."""
    query = (
        sa.select(Enquiry.article_id, sa.func.count(), sa.func.max(Enquiry.received_at))
        .where(Enquiry.state != EnquiryState.QUARANTINED)
        .group_by(Enquiry.article_id)
    )
    rows = db.session.execute(query)
    return {article_id: FromArticle(count, last_at) for article_id, count, last_at in rows if article_id is not None}
