"""What staff write is health data as well: a word in every field of the dashboard, followed through a whole lead.

What visitors write is followed in `enquiries/test_canary.py`.
"""

import io
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask, session
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.contacts.models import Consent
from app.core.db import db, writing
from app.follow_ups.jobs import remind_of_tasks
from app.follow_ups.models import FollowUp, FollowUpKind
from app.follow_ups.services import plan
from app.home.jobs import plan_digests
from app.leads.models import EventKind, Lead, LeadEvent, LostReason
from app.leads.own_stages import first_stage
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.mail.letters import write_letter
from app.mail.models import Message
from tests.canary import WORD, everything_logged, failing, files_of, has_canary
from tests.signed_in import SignedIn


class Witness:
    """Somebody at work in the dashboard, and all that their browser would keep of it besides the pages."""

    def __init__(self, browser: SignedIn) -> None:
        self.browser = browser
        self.kept: list[str] = []

    def post(self, path: str, **fields: str) -> TestResponse:
        with self.browser:
            answer = self.browser.post(path, data=fields)
            self.kept += [path, answer.headers.get("Location", ""), json.dumps(dict(session), ensure_ascii=False)]
        return self._keep(answer)

    def read(self, path: str) -> TestResponse:
        self.kept.append(path)
        return self._keep(self.browser.get(path))

    def _keep(self, answer: TestResponse) -> TestResponse:
        self.kept += re.findall(r"<title>.*?</title>", answer.text, flags=re.DOTALL)
        return answer

    @property
    def leaks(self) -> list[str]:
        return [kept for kept in self.kept if has_canary(kept)]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    with everything_logged() as written:
        yield written


@pytest.fixture
def maj(owner_client: SignedIn) -> Witness:
    return Witness(owner_client)


def _quick_add(maj: Witness) -> Lead:
    """A lead that begins with the word in its note and its step, and an address to answer to."""
    person = {"name": "Siv Lund", "email": "siv@example.se", "subject_kind": "self"}
    maj.post("/leads/add", **person, note=f"{WORD} i montern", kind="call", when="tomorrow", title=f"{WORD} ringer")
    return db.session.scalars(sa.select(Lead)).one()


def _steps() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(FollowUp.id).order_by(FollowUp.id)))


def _work_through(maj: Witness) -> str:
    """Everything that can be written on a lead; its page as it looks while the steps are open."""
    added = _quick_add(maj)
    lead, contact = f"/leads/{added.id}", f"/contacts/{added.contact_id}"
    maj.post(f"{contact}/consents/tips", said=f"{WORD} i telefon")
    maj.post(f"{lead}/notes", note=f"{WORD} i anteckningen")
    maj.post(f"{lead}/calls", outcome="voicemail", summary=f"{WORD} i samtalet")
    maj.post(f"{lead}/next-step", kind="visit", when="tomorrow", title=f"{WORD} på besök")
    maj.post(f"{lead}/answer", answer=f"{WORD} i svaret")
    page = maj.read(lead).text
    for elsewhere in ("/today/", "/leads/", "/contacts/", "/messages/"):
        maj.read(elsewhere)
    first, *_, last = _steps()
    maj.post(f"/follow-ups/{last}/move", when="other", day="2027-01-04", clock="10:00")
    maj.post(f"/follow-ups/{first}/complete")
    maj.post(f"/follow-ups/{first}/reopen")
    maj.post(f"/follow-ups/{last}/skip", reason=f"{WORD} är skälet")
    maj.post(f"{lead}/move", to=_stage(Stage.DECISION), why=f"{WORD} avgör")
    reason = db.session.scalars(sa.select(LostReason.id)).first()
    maj.post(f"{lead}/move", to=_stage(Stage.LOST), lost_reason=str(reason), why=f"{WORD} föll bort")
    maj.read(lead)
    return page


def _stage(meaning: Stage) -> str:
    return str(first_stage(meaning).id)


def _tell_ourselves() -> None:
    """A reminder of a task that is still to do, and all that is told on a Monday morning."""
    monday = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    with writing():
        lead = db.session.scalars(sa.select(Lead)).one()
        move_to_stage(lead, Stage.CONTACTED, None, monday - timedelta(days=30))
        plan(lead, FollowUpKind.CALL, monday, monday - timedelta(days=30), title=f"{WORD} igen")
        db.session.execute(sa.update(User).values(created_at=monday - timedelta(days=30)))
    remind_of_tasks(monday)
    plan_digests(monday)


def test_a_whole_lead_leaves_no_word_in_logs_addresses_cookies_titles_and_mails(maj: Witness, log: io.StringIO) -> None:
    page = _work_through(maj)

    written = [event.text for event in db.session.scalars(sa.select(LeadEvent)) if event.text]
    steps = [text for step in db.session.scalars(sa.select(FollowUp)) for text in (step.title, step.reason) if text]
    _tell_ourselves()
    letters = [write_letter(message).content.decode() for message in db.session.scalars(sa.select(Message))]
    said = [said for said in db.session.scalars(sa.select(Consent.said)) if said]
    # So each field was taken: two notes, a call, a skipped step, two stages.
    assert sum(WORD in text for text in written) == 6
    assert sum(WORD in text for text in steps) == 3
    assert said == [f"{WORD} i telefon"]
    assert page.count(WORD) >= 5
    assert len(letters) == 4
    assert not [letter for letter in letters if has_canary(letter)]
    assert maj.leaks == []
    assert "POST /leads/<int:lead_id>/notes 303" in log.getvalue()
    assert not has_canary(log.getvalue())


def _forget_earlier_tests(database: str) -> None:
    """Pages that are free again still hold what other tests wrote in columns where it is allowed."""
    db.session.remove()
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_the_files_of_the_instance_do_not_hold_what_staff_wrote(app: Flask, maj: Witness) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps its files elsewhere; test_architecture sees that the columns are encrypted")
    _forget_earlier_tests(db.engine.url.database or "")
    _work_through(maj)

    before = files_of(app)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    after = files_of(app)

    for content in (before, after):  # with the write-ahead log as it grew, and all in the database
        assert b"siv@example.se" in content
        assert WORD.encode() not in content
        assert b"kanarief" not in content.lower()


REFUSED = (
    ("notes", {"note": WORD * 1000}),
    ("calls", {"outcome": WORD, "summary": WORD}),
    ("next-step", {"kind": WORD, "when": WORD, "title": WORD, "day": WORD}),
    ("answer", {"answer": f"{WORD}\0"}),
    ("move", {"why": WORD}),
)


@pytest.mark.parametrize(("act", "fields"), REFUSED, ids=[act for act, _ in REFUSED])
def test_a_refused_form_keeps_its_words_to_its_page(
    maj: Witness, log: io.StringIO, act: str, fields: dict[str, str]
) -> None:
    lead = _quick_add(maj)

    answer = maj.post(f"/leads/{lead.id}/{act}", to=_stage(Stage.LOST), **fields)

    assert answer.status_code in (409, 422)
    assert maj.leaks == []
    assert not has_canary(log.getvalue())


@pytest.mark.parametrize("act", ["notes", "calls", "next-step", "answer", "move"])
def test_a_fault_while_storing_tells_nobody_the_words(maj: Witness, log: io.StringIO, act: str) -> None:
    lead = _quick_add(maj)
    fields = {"note": WORD, "outcome": "answered", "summary": WORD, "kind": "call", "when": "tomorrow", "title": WORD}
    to = {"to": _stage(Stage.DECISION)} if act == "move" else {}
    fault = IntegrityError(f"INSERT {WORD}", {"text": WORD}, Exception(f"Failing row contains ({WORD})"))

    with failing("INSERT INTO follow_up" if act == "next-step" else "INSERT INTO lead_event", fault):
        answer = maj.post(f"/leads/{lead.id}/{act}", **fields, **to, answer=WORD, why=WORD)

    assert answer.status_code == 500
    assert "unhandled fault" in log.getvalue()
    assert maj.leaks == []
    assert not has_canary(answer.text + log.getvalue())


def test_a_page_that_cannot_be_rendered_tells_nobody_the_words(
    app: Flask, maj: Witness, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead = _quick_add(maj)

    def fail(value: object) -> str:
        raise ValueError(f"cannot show {WORD} {value}")

    monkeypatch.setitem(app.jinja_env.filters, "lines", fail)

    answer = maj.read(f"/leads/{lead.id}")

    assert answer.status_code == 500
    assert "templates/leads/" in log.getvalue()
    assert not has_canary(answer.text + log.getvalue())


def test_the_bytes_of_a_note_are_no_text(owner: User, maj: Witness) -> None:
    """The same on both databases: what the column holds, read past the one who decrypts it."""
    _quick_add(maj)

    notes = sa.text("SELECT text FROM lead_event WHERE kind = :kind")
    stored = [bytes(row.text) for row in db.session.execute(notes, {"kind": EventKind.NOTE.value})]

    assert len(stored) == 1
    assert WORD.encode() not in stored[0]
