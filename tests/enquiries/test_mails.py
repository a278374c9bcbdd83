"""The whole text of each mail, in both languages, against the stored one."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.models import SubjectKind
from app.core.db import db, writing
from app.enquiries.closing import close_without_answer
from app.enquiries.jobs import remind_to_answer
from app.enquiries.mails import KINDS
from app.enquiries.models import Enquiry
from app.enquiries.private_pages import PrivateKey, private_address, private_page, read_key
from app.enquiries.services import answer, record_reply, send_new_link
from app.leads.models import Lead
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.mail.kinds import kind_of
from app.mail.models import Message, MessageClass
from tests.conftest import NOW
from tests.enquiries.letters import add_article, recorded, sent
from tests.mail.texts import expect_whole

EXPECTED = Path(__file__).parent / "expected"
CANARIES = ("KANARIEFAGEL", "Nackspärr", "Siv", "Saga", "070-174 06 21")


def _enquiry() -> Enquiry:
    article = add_article(slug="nackspaerr", title="Nackspärr")
    letter = sent(
        "KANARIEFAGEL i texten",
        phone="070-174 06 21",
        subject_kind=SubjectKind.HORSE,
        subject_name="Saga",
        article_id=article.id,
    )
    return recorded(letter)


def _confirmation(_owner: User) -> None:
    _enquiry()


def _answer(owner: User) -> None:
    enquiry = _enquiry()
    with writing():
        answer(enquiry.lead, "KANARIEFAGEL i svaret", owner, NOW)


def _key_of(enquiry: Enquiry) -> PrivateKey:
    address = private_address(enquiry.lead_id or 0, "siv@example.se", "sv", NOW)
    return read_key(address.rpartition("/")[2].partition("?")[0], NOW)


def _new_link(_owner: User) -> None:
    key = _key_of(_enquiry())
    with writing():
        send_new_link(key, "sv", NOW)


def _reply(_owner: User) -> None:
    enquiry = _enquiry()
    db.session.query(Message).delete()
    db.session.commit()
    page = private_page(_key_of(enquiry))
    assert page
    with writing():
        record_reply(page, "KANARIEFAGEL igen", "nonce", "sv", NOW)


def _reminder(_owner: User) -> None:
    _enquiry()
    remind_to_answer(NOW + timedelta(hours=30))


CAUSES: dict[str, tuple[str, Callable[[User], None]]] = {
    "enquiry_confirmation": ("enquiry_confirmation", _confirmation),
    "answer_notice": ("answer_notice", _answer),
    "new_link": ("new_link", _new_link),
    "new_enquiry_notice": ("new_enquiry_notice", _confirmation),
    "new_reply_notice": ("new_enquiry_notice", _reply),
    "time_to_answer": ("time_to_answer", _reminder),
}


def test_every_kind_of_mail_is_compared() -> None:
    assert {kind.name for kind in KINDS} == {kind for kind, _ in CAUSES.values()}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", CAUSES)
def test_the_whole_mail(app: Flask, owner: User, name: str, language: str) -> None:
    kind, cause = CAUSES[name]
    cause(owner)
    message = db.session.scalars(sa.select(Message).where(Message.kind == kind)).one()

    assert expect_whole(message, language, EXPECTED / name, CANARIES) != []


def test_what_has_changed_since_stops_a_mail(app: Flask, owner: User) -> None:
    enquiry = recorded()
    messages = {message.kind: message for message in db.session.scalars(sa.select(Message))}

    def why_not(kind: str) -> str | None:
        return kind_of(kind).why_not(messages[kind])

    before = [why_not(kind) for kind in ("enquiry_confirmation", "new_enquiry_notice")]
    with writing():
        close_without_answer(enquiry, owner, NOW)
    closed = [why_not(kind) for kind in ("enquiry_confirmation", "new_enquiry_notice")]
    with writing():
        db.session.execute(sa.delete(Enquiry))
    db.session.expire_all()
    gone = [why_not(kind) for kind in ("enquiry_confirmation", "new_enquiry_notice")]

    assert (before, closed, gone) == ([None, None], [None, "settled already"], ["gone", "gone"])


def test_what_was_promised_goes_out_although_the_lead_is_closed_since(app: Flask, owner: User) -> None:
    _answer(owner)
    lead = db.session.scalars(sa.select(Lead)).one()
    with writing():
        move_to_stage(lead, Stage.WON, owner, NOW)

    messages = db.session.scalars(sa.select(Message).where(Message.message_class == MessageClass.SERVICE)).all()

    assert {message.kind: kind_of(message.kind).why_not(message) for message in messages} == {
        "enquiry_confirmation": None,
        "answer_notice": None,
    }


def test_what_goes_to_visitors_is_service_and_to_us_internal() -> None:
    classes = {kind.name: kind.message_class for kind in KINDS}

    assert classes == {
        "enquiry_confirmation": MessageClass.SERVICE,
        "answer_notice": MessageClass.SERVICE,
        "new_link": MessageClass.SERVICE,
        "new_enquiry_notice": MessageClass.INTERNAL,
        "time_to_answer": MessageClass.INTERNAL,
    }
