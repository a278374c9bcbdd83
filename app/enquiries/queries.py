from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only

from app.accounts.models import User
from app.accounts.notices import QuietHours, quiet_hours
from app.accounts.queries import falls_to
from app.articles.models import Article
from app.core.db import at_most, db
from app.core.statements import Statement
from app.enquiries.models import Answer, Enquiry, EnquiryState, EnquiryWay
from app.leads.models import Lead
from app.leads.queries import lead_to_change
from app.mail.models import Message
from app.settings.queries import the_business

IS_OPEN_ENQUIRY = Enquiry.state == sa.literal_column("'open'")
"""In the literal words of the index over those few, which a statement can then count on."""
_OLDEST = (Enquiry.received_at, Enquiry.id)
_WITH_NAMES = (
    joinedload(Enquiry.article).load_only(Article.title, raiseload=True),
    joinedload(Enquiry.lead).joinedload(Lead.contact),
    joinedload(Enquiry.lead).joinedload(Lead.subject),
)


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


def article_asked_about(slug: str) -> Article | None:
    """The article whose form it is, published or not: a form that somebody has open is never lost. Without its text."""
    columns = load_only(Article.id, Article.slug, Article.title, Article.language, Article.external_url)
    return db.session.scalar(sa.select(Article).where(Article.slug == slug).options(columns))


def by_nonce(nonce: str) -> Enquiry | None:
    """What a form's number has become already."""
    return db.session.scalar(sa.select(Enquiry).where(Enquiry.nonce == nonce))


def by_reference(reference: str) -> Enquiry | None:
    """What a visitor quotes."""
    return db.session.scalar(sa.select(Enquiry).where(Enquiry.reference == reference))


def enquiry_to_change(enquiry_id: int) -> Enquiry | None:
    """The enquiry, locked until the write ends; before it its lead, as everybody does who writes to one."""
    lead_id = db.session.scalar(sa.select(Enquiry.lead_id).where(Enquiry.id == enquiry_id))
    if lead_id is not None:
        lead_to_change(lead_id)
    itself = sa.select(Enquiry).where(Enquiry.id == enquiry_id).with_for_update()
    return db.session.scalar(itself.execution_options(populate_existing=True))


def in_state(state: EnquiryState) -> sa.Select[Enquiry]:
    """Those in one state, to be paged through, with the names that a row shows."""
    return sa.select(Enquiry).where(Enquiry.state == state).options(*_WITH_NAMES)


def to_answer(limit: int = 50, user_id: int | None = None) -> Sequence[Enquiry]:
    """What waits for our answer, the longest waiting first, with the lead, contact, subject and article of each.

    Of the leads of one user and of nobody, or of all.
    """
    query = in_state(EnquiryState.OPEN).order_by(*_OLDEST).limit(at_most(limit))
    if user_id is not None:
        query = query.where(Enquiry.lead.has(falls_to(user_id, Lead.owner_id)))
    return db.session.scalars(query).all()


def count_waiting() -> dict[EnquiryState, int]:
    """How many are open and in quarantine, where there are any; what is settled is not counted, however much."""
    waits = Enquiry.state.in_((EnquiryState.OPEN, EnquiryState.QUARANTINED))
    query = sa.select(Enquiry.state, sa.func.count()).where(waits).group_by(Enquiry.state)
    return dict(db.session.execute(query).all())


def enquiries_of(lead_id: int) -> Sequence[Enquiry]:
    """All that the lead's contact sent, the oldest first."""
    return db.session.scalars(
        sa.select(Enquiry).where(Enquiry.lead_id == lead_id).options(joinedload(Enquiry.article)).order_by(*_OLDEST)
    ).all()


def open_enquiries_of(lead_id: int) -> Sequence[Enquiry]:
    """What the lead still has unanswered, the oldest first, locked until the write ends."""
    query = sa.select(Enquiry).where(Enquiry.lead_id == lead_id, Enquiry.state == EnquiryState.OPEN)
    return db.session.scalars(query.order_by(*_OLDEST).with_for_update()).all()


def enquiries_by_lead(lead_ids: Collection[int], since: datetime | None = None) -> dict[int, int]:
    """For each lead how many enquiries are on it, or came after a moment; leads without any are not in it."""
    query = sa.select(Enquiry.lead_id, sa.func.count()).where(Enquiry.lead_id.in_(lead_ids))
    if since is not None:
        query = query.where(Enquiry.received_at > since)
    rows = db.session.execute(query.group_by(Enquiry.lead_id))
    return {lead_id: count for lead_id, count in rows if lead_id is not None}


def waits_in_quarantine(address: str) -> bool:
    """Whether something that was sent with that address has not been let out of quarantine."""
    query = sa.select(sa.exists().where(Enquiry.state == EnquiryState.QUARANTINED, Enquiry.email == address))
    return db.session.scalar(query) is True


def answers_of(lead_id: int) -> Sequence[Answer]:
    """All that we answered, the oldest first, with who wrote it."""
    query = sa.select(Answer).where(Answer.lead_id == lead_id).options(joinedload(Answer.author))
    return db.session.scalars(query.order_by(Answer.written_at, Answer.id)).all()


def answer_address(lead: Lead) -> str | None:
    """Where an answer to the lead goes: the contact's address, else the one that the latest open enquiry gave."""
    if lead.contact.email:
        return lead.contact.email
    given = sa.select(Enquiry.email).where(
        Enquiry.lead_id == lead.id, Enquiry.state == EnquiryState.OPEN, Enquiry.email.is_not(None)
    )
    return db.session.scalar(given.order_by(Enquiry.received_at.desc(), Enquiry.id.desc()).limit(1))


@dataclass(frozen=True, slots=True)
class Touches:
    """How somebody came to us: the first time, and the last. The same enquiry when there is only one."""

    first: Enquiry
    last: Enquiry


def touches(enquiries: Sequence[Enquiry]) -> Touches | None:
    """The first and the last by a form of a lead's enquiries, with what each says of where it came from."""
    forms = [enquiry for enquiry in enquiries if enquiry.way is EnquiryWay.FORM]
    return Touches(forms[0], forms[-1]) if forms else None


@dataclass(frozen=True, slots=True)
class Traffic:
    """What was received in the hour before a letter, each counted no further than its limit."""

    from_address: int
    from_all: int


def traffic_before(now: datetime, address_hash: str | None, most_from_address: int, most_from_all: int) -> Traffic:
    """Count against the limits in one statement. A limit of 0 is none: nothing is counted."""
    since = now - timedelta(hours=1)
    asked = {"since": since, "address_hash": address_hash, "most_address": most_from_address, "most_all": most_from_all}
    (counts,) = _TRAFFIC.run(asked)
    return Traffic(*counts)


def _count(most: str, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    counted = sa.select(sa.literal(1)).select_from(Enquiry).where(*conditions).limit(sa.bindparam(most)).subquery()
    return sa.select(sa.func.count()).select_from(counted).scalar_subquery()


_RECENT = Enquiry.received_at > sa.bindparam("since", type_=Enquiry.received_at.type)
_FROM_ADDRESS = Enquiry.address_hash == sa.bindparam("address_hash")
_TRAFFIC = Statement(sa.select(_count("most_address", _RECENT, _FROM_ADDRESS), _count("most_all", _RECENT)))


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody of ours who is told."""

    key: str
    address: str
    language: str
    quiet: QuietHours | None = None


_WHO_WANTS_NOTICES = Statement(
    sa.select(User.id, User.email, User.language, User.quiet_from, User.quiet_until)
    .where(User.is_active, User.wants_enquiry_notices)
    .order_by(User.id)
)


def recipients_of_notices() -> Sequence[Recipient]:
    """Everybody who may sign in and wants to be told of enquiries; the business itself when nobody does."""
    people = [_recipient(*row) for row in _WHO_WANTS_NOTICES.run({})]
    business = the_business()
    house = [Recipient("house", business.email, business.language)] if business.email else []
    return people or house


def _recipient(
    user_id: int, address: str, language: str, quiet_from: time | None, quiet_until: time | None
) -> Recipient:
    return Recipient(f"u{user_id}", address, language, quiet_hours(quiet_from, quiet_until))


def notice_key(kind: str, reference: Any, recipient: Recipient) -> Any:
    """What makes a notice go once to each: of one enquiry's reference, or of the column in a statement."""
    return f"{kind}:" + reference + f":{recipient.key}"


def in_quarantine_since_before(moment: datetime) -> Sequence[int]:
    """The keys of what has been in quarantine since before a moment."""
    since = sa.func.coalesce(Enquiry.settled_at, Enquiry.received_at)
    query = sa.select(Enquiry.id).where(Enquiry.state == EnquiryState.QUARANTINED, since < moment)
    return db.session.scalars(query.order_by(Enquiry.id)).all()


def unanswered_and_untold(
    kind: str, recipients: Collection[Recipient], after: datetime
) -> Sequence[tuple[int, datetime]]:
    """Key and moment of each open enquiry that came after a moment, untold by any mail of that kind."""
    if not recipients:
        return []
    keys = [notice_key(kind, Enquiry.reference, recipient) for recipient in recipients]
    is_told = sa.exists().where(sa.or_(*(Message.dedupe_key == key for key in keys)))
    query = sa.select(Enquiry.id, Enquiry.received_at).where(
        Enquiry.state == EnquiryState.OPEN, Enquiry.received_at > after, ~is_told
    )
    return db.session.execute(query.order_by(*_OLDEST)).all()


def sources_of(lead_ids: Collection[int]) -> dict[int, str]:
    """How each lead found us the first time, in the words of its first form: the campaign, or the site that linked."""
    first = (
        sa.select(sa.func.min(Enquiry.id))
        .where(Enquiry.lead_id.in_(lead_ids), Enquiry.way == EnquiryWay.FORM)
        .group_by(Enquiry.lead_id)
    )
    query = sa.select(Enquiry.lead_id, Enquiry.utm_source, Enquiry.utm_campaign, Enquiry.referrer_host)
    return {
        lead_id: " · ".join(filter(None, (source or host, campaign)))
        for lead_id, source, campaign, host in db.session.execute(query.where(Enquiry.id.in_(first)))
        if lead_id is not None
    }
