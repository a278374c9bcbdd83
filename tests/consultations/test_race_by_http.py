"""The same race as visitors run it: real requests to a real server, on each database."""

import http.client
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from app.accounts.models import Role
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Consultation
from app.consultations.times_views import FORM
from app.consultations.weeks import start_in_words
from app.core import form_tokens
from app.core.clock import now
from app.core.db import db, writing
from tests.conftest import add_user
from tests.consultations.cast import add_host, add_kind
from tests.consultations.overlaps import overlaps
from tests.consultations.visits import READING, SIV, starts_of
from tests.postgres import own_database
from tests.server import Server

VISITORS = 32
PATIENCE = 20
BUSY = 503


@dataclass(frozen=True, slots=True)
class Answer:
    """What a visitor's browser got."""

    status: int
    page: str

    @property
    def others(self) -> int:
        """How many other times there are to press."""
        return len(re.findall(r'<button [^>]*name="instead"', self.page))


@pytest.fixture
def server(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """An installation where one host holds two kinds of talks, every day of the week."""
    with ExitStack() as stack:
        url = ""
        if database == "postgres":
            url = stack.enter_context(own_database(request.getfixturevalue("postgres_url")))
        server = Server(tmp_path / "instance", url)
        stack.callback(server.close)
        server.prepare()
        with server.app.app_context():
            owner = add_user("maj@stilla.example.se", "Maj Ek", Role.OWNER)
            with writing():
                host = add_host(owner, weekdays="0123456", is_closed_on_holidays=False, is_closed_on_eves=False)
                add_kind(host, slug="short", step_minutes=15)
                add_kind(host, slug="long", step_minutes=15, length_minutes=60)
        server.start()
        yield server


def test_of_many_who_send_the_form_at_once_the_losers_keep_their_words_and_get_three_times(server: Server) -> None:
    with server.app.app_context():
        forms = [_form(number) for number in range(VISITORS)]
    start = threading.Barrier(VISITORS)

    def send(form: tuple[str, dict[str, str]]) -> Answer:
        start.wait(60)
        return _patiently(server, *form)

    with ThreadPoolExecutor(VISITORS) as crowd:
        answers = list(crowd.map(send, forms))

    assert set(Counter(answer.status for answer in answers)) == {303, 409}
    losers = [(answer, fields) for answer, (_slug, fields) in zip(answers, forms, strict=True) if answer.status == 409]
    assert [answer.others for answer, _fields in losers] == [3] * len(losers)
    assert all(fields["wishes"] in unescape(answer.page) for answer, fields in losers)
    with server.app.app_context():
        query = sa.select(Consultation).order_by(Consultation.host_id, Consultation.starts_at)
        bookings = list(db.session.scalars(query))
        assert len(bookings) == VISITORS - len(losers)
        assert overlaps(bookings, with_buffers=True) == []


def _form(number: int) -> tuple[str, dict[str, str]]:
    """A form that is filled in: of one kind or the other, for one of a few times that overlap."""
    slug = ("short", "long")[number % 2]
    kind = db.session.scalars(sa.select(ConsultationKind).filter_by(slug=slug)).one()
    start = starts_of(kind)[number % 7]
    token = form_tokens.issue(FORM, slug, now() - READING)
    who = {**SIV, "name": f"Siv {number}", "email": f"siv{number}@example.se", "subject_kind": "self"}
    return slug, {**who, "token": token, "start": start_in_words(start), "wishes": f"Jag är nummer {number} – ”Åsa”."}


def _patiently(server: Server, slug: str, fields: dict[str, str]) -> Answer:
    """Send it again where the page says that the storage is busy."""
    answer = _post(server, slug, fields)
    for _time in range(PATIENCE):
        if answer.status != BUSY:
            break
        time.sleep(0.5)
        answer = _post(server, slug, fields)
    return answer


def _post(server: Server, slug: str, fields: dict[str, str]) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": "sv"}
        connection.request("POST", f"/book/{slug}/details", urlencode(fields), kind)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode())
    finally:
        connection.close()
