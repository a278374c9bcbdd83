import secrets
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from app.accounts.models import User
from app.contacts.models import SubjectKind
from app.contacts.services import Person
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.language import local_zone
from app.core.mail_addresses import address_key
from app.core.rows import plain, store
from app.enquiries.identity_numbers import mask
from app.enquiries.intake import let_wait, owe_answer, take_in, tell_ourselves
from app.enquiries.models import Answer, Enquiry, EnquiryState, EnquiryWay, Wish
from app.enquiries.private_pages import PrivateKey, PrivatePage, private_page
from app.enquiries.queries import answer_address, open_enquiries_of, traffic_before
from app.enquiries.spam import Rung, Verdict, judge_content
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import complete_open, keep_on
from app.leads.models import EventKind, Lead
from app.leads.queries import lead_to_change
from app.leads.services import move_to_stage, tell
from app.leads.stages import Stage
from app.mail.services import queue

REFERENCE_MARK = "LT-"
REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without those that are mistaken for each other when read aloud or from paper."""
LONGEST_MESSAGE = 5000
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Limits:
    """How many letters in an hour are let in, from one network address and from all; 0 is no limit."""

    per_address: int
    in_all: int


@dataclass(frozen=True, slots=True)
class SentEnquiry:
    """What came with the form. `nonce` is the form's number; `failed` are the rungs that only the edge can see."""

    nonce: str
    who: Person
    wish: Wish
    message: str
    subject_kind: SubjectKind = SubjectKind.SELF
    subject_name: str | None = None
    article_id: int | None = None
    consent_version: str | None = None
    tips_version: str | None = None
    origin: dict[str, str] = field(default_factory=dict)
    """Columns of attribution: page, referrer_host, utm_source ..., button."""
    address_hash: str | None = None
    failed: tuple[Rung, ...] = ()


def record_enquiry(sent: SentEnquiry, limits: Limits, now: datetime) -> Enquiry:
    """Store what a visitor sent, and do all that follows; what looks like spam is stored and waits in quarantine.

    Nobody is refused. A form's number that is stored already breaks the unique constraint: the first stands.
    """
    masked = _without_identity_numbers(sent, now)
    verdict = _judge(masked, limits, now)
    enquiry = _enquiry_of(masked, verdict, now, was_masked=masked is not sent)
    if verdict.is_suspect:
        return store(enquiry)
    take_in(enquiry, masked.who, now)
    return enquiry


def _without_identity_numbers(sent: SentEnquiry, now: datetime) -> SentEnquiry:
    """The same object when there was none."""
    today = now.astimezone(local_zone()).date()
    name, is_in_name = mask(sent.who.name, today)
    subject_name, is_in_subject = mask(sent.subject_name or "", today)
    message, is_in_message = mask(sent.message, today)
    if not (is_in_name or is_in_subject or is_in_message):
        return sent
    who = replace(sent.who, name=name[:LONGEST_NAME])
    return replace(sent, who=who, subject_name=subject_name[:LONGEST_NAME], message=message)


def _judge(sent: SentEnquiry, limits: Limits, now: datetime) -> Verdict:
    verdict = judge_content(sent.who.name, sent.message).and_also(*sent.failed)
    traffic = traffic_before(now, sent.address_hash, limits.per_address, limits.in_all)
    if limits.per_address and traffic.from_address >= limits.per_address:
        verdict = verdict.and_also(Rung.ADDRESS_LIMIT)
    if limits.in_all and traffic.from_all >= limits.in_all:
        verdict = verdict.and_also(Rung.HOUSE_LIMIT)
    return verdict


def _enquiry_of(sent: SentEnquiry, verdict: Verdict, now: datetime, *, was_masked: bool) -> Enquiry:
    return plain(
        Enquiry,
        reference=new_reference(),
        nonce=sent.nonce,
        way=EnquiryWay.FORM,
        state=EnquiryState.QUARANTINED if verdict.is_suspect else EnquiryState.OPEN,
        received_at=now,
        article_id=sent.article_id,
        name=sent.who.name,
        email=sent.who.email,
        phone=sent.who.phone,
        reach_by=sent.who.reach_by,
        subject_kind=sent.subject_kind,
        subject_name=None if sent.subject_kind is SubjectKind.SELF else (sent.subject_name or None),
        wish=sent.wish,
        message=sent.message,
        was_masked=was_masked,
        language=sent.who.language,
        consent_version=sent.consent_version,
        tips_version=sent.tips_version,
        address_hash=sent.address_hash,
        spam_score=verdict.score,
        spam_reasons=verdict.reasons,
        **sent.origin,
    )


def new_reference() -> str:
    """A number that a visitor can quote: "LT-7K3M9Q"."""
    return REFERENCE_MARK + "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(6))


def record_reply(page: PrivatePage, message: str, nonce: str, language: str, now: datetime) -> Enquiry:
    """A visitor wrote on the private page: a new enquiry on the same lead, and an answer is owed again.

    A form's number that is stored already breaks the unique constraint, as with `record_enquiry`.
    """
    lead = lead_to_change(page.lead.id) or page.lead
    contact = lead.contact
    masked, was_masked = mask(message, now.astimezone(local_zone()).date())
    enquiry = Enquiry(
        reference=new_reference(),
        nonce=nonce,
        way=EnquiryWay.REPLY,
        state=EnquiryState.OPEN,
        received_at=now,
        lead=lead,
        name=contact.name,
        email=page.address,
        phone=contact.phone,
        reach_by=contact.reach_by,
        subject_kind=lead.subject.kind,
        subject_name=lead.subject.name,
        message=masked,
        was_masked=was_masked,
        language=language,
    )
    db.session.add(enquiry)
    db.session.flush()
    owe_answer(enquiry, lead, now)
    tell_ourselves("new_enquiry_notice", enquiry, now)
    return enquiry


def note_opening(answer_ids: Collection[int], now: datetime) -> None:
    """The page with these answers was opened; the first time counts."""
    first_time = sa.update(Answer).where(Answer.id.in_(answer_ids), Answer.opened_at.is_(None))
    db.session.execute(first_time.values(opened_at=now))


def send_new_link(key: PrivateKey, language: str, now: datetime) -> None:
    """Mail a new link to the mailbox of an old one, once an hour at most; none where there is nothing to open."""
    page = private_page(key)
    if page is not None:
        queue(
            "new_link",
            address=page.address,
            language=language,
            dedupe_key=f"new_link:{key.lead_id}:{key.mailbox}:{now:%Y-%m-%dT%H}",
            context={"lead": key.lead_id},
            now=now,
            lead_id=key.lead_id,
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """What was shown to somebody who writes an answer: where it would go, and the keys of what was asked."""

    address: str
    asked: Collection[int]


def answer(lead: Lead, text: str, author: User, now: datetime, seen: Seen | None = None) -> Answer:
    """Answer all that the lead has open, and that was `seen`; what has come since is still to be answered.

    The words wait on the private page; a notice with a link to it is mailed. Refused where that would go elsewhere by
    now than was seen.
    """
    if not text.strip():
        raise RuleBroken(_("Skriv ett svar först."))
    address = answer_address(lead)
    if address is None:
        raise RuleBroken(_("Det finns ingen e-postadress att svara till. Ring i stället, och logga samtalet."))
    if seen and address_key(seen.address) != address_key(address):
        raise RuleBroken(_("Svaret går till %(address)s nu. Stämmer det? Skicka i så fall igen.", address=address))
    written = Answer(lead=lead, author=author, email=address, text=text.strip(), written_at=now)
    db.session.add(written)
    asked = open_enquiries_of(lead.id)
    unseen = [enquiry for enquiry in asked if seen and enquiry.id not in seen.asked]
    for enquiry in asked:
        if enquiry not in unseen:
            settle(enquiry, EnquiryState.ANSWERED, now)
    db.session.flush()
    tell(lead, EventKind.ANSWER, now, actor=author, about_id=written.id)
    complete_open(lead, FollowUpKind.ANSWER, author, now)
    if unseen:
        let_wait(unseen[0], lead, now)
    if lead.stage is Stage.NEW:
        move_to_stage(lead, Stage.CONTACTED, author, now)
    keep_on(lead, now)
    queue(
        "answer_notice",
        address=address,
        language=lead.contact.language,
        dedupe_key=f"answer:{written.id}",
        context={"answer": written.id},
        now=now,
        lead_id=lead.id,
    )
    return written


def owe_no_answer_without_enquiries(lead: Lead, actor: User, now: datetime) -> None:
    """Settle "Svara" among the lead's next steps when there is nothing left to answer, and go on from there."""
    if not open_enquiries_of(lead.id):
        complete_open(lead, FollowUpKind.ANSWER, actor, now)
        keep_on(lead, now)


def settle(enquiry: Enquiry, state: EnquiryState, now: datetime) -> None:
    """From now on it stands there."""
    enquiry.state = state
    enquiry.settled_at = now
