"""The pages about messages, by what a person sees there."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.core.clock import now
from app.core.db import writing
from app.core.ticking import Report
from app.mail.channels import pause
from app.mail.delivery import Sender
from app.mail.kinds import Button, Kind, MailText
from app.mail.labels import JOBS
from app.mail.models import Message, MessageClass, MessageEvent, MessageState
from app.mail.transports import Folder
from app.mail.worker import beat
from app.scheduler import TIMETABLE
from tests.conftest import NOW
from tests.mail.conftest import Clock, always_wanted
from tests.signed_in import SignedIn

Plan = Callable[..., Message]
LONG_AGO = NOW - timedelta(days=300)
"""Before today, whenever today is: the pages ask the clock."""


def _words(html: str) -> str:
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def _end(message: Message, state: MessageState, error: str | None = None) -> None:
    with writing() as session:
        stored = session.get_one(Message, message.id)
        stored.state, stored.last_error = state, error


def _see(browser: SignedIn, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return _words(response.text)


def test_an_empty_list_says_what_will_be_there(owner_client: SignedIn) -> None:
    seen = _see(owner_client, "/messages/")

    assert "Det första går ut när någon skickar en förfrågan." in seen
    assert "Schemaläggaren har aldrig körts här." in seen


def test_the_list_shows_each_message_with_its_state(owner_client: SignedIn, plan: Plan) -> None:
    plan(1, address="anna@example.com", now=LONG_AGO)
    _end(plan(2, address="bo@example.com"), MessageState.FAILED)

    seen = _see(owner_client, "/messages/")

    assert re.search(r"anna@example.com Väntar", seen)
    assert re.search(r"bo@example.com Avvisat", seen)
    assert "På väg 1" in seen
    assert "Behöver dig 1" in seen


@pytest.mark.parametrize(
    ("shelf", "expected"),
    [
        ("under_way", {"a"}),
        ("sent", {"b"}),
        ("needs_person", {"c", "d"}),
        ("stopped", {"e"}),
        ("missed", set()),
        ("no such", set("abcde")),
    ],
)
def test_a_tab_shows_its_part(owner_client: SignedIn, plan: Plan, shelf: str, expected: set[str]) -> None:
    states = [MessageState.SENT, MessageState.FAILED, MessageState.DEAD, MessageState.CANCELLED]
    plan(0, address="a@example.com", now=LONG_AGO)
    for number, (name, state) in enumerate(zip("bcde", states, strict=True), 1):
        _end(plan(number, address=f"{name}@example.com"), state)

    seen = _see(owner_client, f"/messages/?show={shelf}")

    assert set(re.findall(r"(\w)@example\.com", seen)) == expected


def test_what_was_refused_says_why_and_what_to_do(owner_client: SignedIn, plan: Plan) -> None:
    message = plan(kind="test_marketing")
    _end(message, MessageState.SUPPRESSED)
    with writing() as session:
        session.add(MessageEvent(message_id=message.id, at=NOW, state=MessageState.SUPPRESSED, reason="no_consent"))

    assert "anna@example.com · Inget samtycke till tips" in _see(owner_client, "/messages/?show=stopped")
    seen = _see(owner_client, f"/messages/{message.id}")
    assert "Det som erbjuder något får bara gå till den som har sagt ja till tips. Fråga först, eller ring." in seen


def test_what_waits_says_why(owner_client: SignedIn, plan: Plan) -> None:
    message = plan(kind="test_marketing")
    with writing() as session:
        session.add(MessageEvent(message_id=message.id, at=NOW, state=MessageState.PENDING, reason="weekly_limit"))

    assert "Två tips på en vecka är nog, mejlet väntar" in _see(owner_client, "/messages/")


def test_what_a_template_lacked_is_named(owner_client: SignedIn, plan: Plan) -> None:
    message = plan()
    _end(message, MessageState.CANCELLED)
    with writing() as session:
        reason = "missing: nästa tid, förnamn"
        session.add(MessageEvent(message_id=message.id, at=NOW, state=MessageState.CANCELLED, reason=reason))

    assert "Saknar: nästa tid, förnamn" in _see(owner_client, "/messages/?show=stopped")


def test_a_long_list_goes_on_where_the_page_ended(owner_client: SignedIn, plan: Plan) -> None:
    for number in range(35):
        plan(number, address=f"n{number}@example.com")

    first = owner_client.get("/messages/").text
    [following] = re.findall(r'rel="next" href="([^"]+)"', first)
    second = _see(owner_client, following.replace("&amp;", "&"))

    assert re.findall(r"n(\d+)@", _words(first)) == [str(number) for number in range(34, 4, -1)]
    assert re.findall(r"n(\d+)@", second) == [str(number) for number in range(4, -1, -1)]


def test_the_list_takes_as_many_queries_for_30_rows_as_for_one(
    owner_client: SignedIn, plan: Plan, count_queries: Callable[[], int]
) -> None:
    plan(0)
    owner_client.get("/messages/")
    count_queries()
    owner_client.get("/messages/")
    for_one = count_queries()
    for number in range(1, 30):
        plan(number)
    owner_client.get("/messages/")
    count_queries()

    owner_client.get("/messages/")

    assert count_queries() == for_one


def test_the_jobs_and_the_sign_of_life_are_told(owner_client: SignedIn) -> None:
    with writing():
        beat(
            "here:1",
            now(),
            [
                Report("remind_to_answer", now(), 12, 3, None, timedelta(minutes=1)),
                Report("deliver", now(), 1, 0, "OSError"),
            ],
            now(),
        )

    seen = _see(owner_client, "/messages/")

    assert "I gång" in seen
    assert "”Skicka mejl” lyckas inte. Ledtråd försöker igen av sig självt" in seen
    assert "felet heter OSError i serverns logg" in seen
    assert re.search(r"Skicka mejl Kördes för \d+ sekund(er)? sedan Tog 1 ms Antal 0 Nästa gång strax Fel", seen)
    well = (
        r"Påminna om svar Kördes för \d+ sekund(er)? sedan Tog 12 ms Antal 3 Nästa gång om (\d+ sekunder|1 minut) Bra"
    )
    assert re.search(well, seen)
    assert "Inget står i kö." in seen


def test_what_stands_in_line_tells_how_old_it_is(owner_client: SignedIn, plan: Plan) -> None:
    with writing():
        beat("here:1", now(), [], now() - timedelta(minutes=9))
    plan(now=now() - timedelta(hours=3))

    assert "Det äldsta i kön skulle ha gått för 3 timmar sedan ." in _see(owner_client, "/messages/")


def test_each_kind_says_how_late_it_may_be(owner_client: SignedIn) -> None:
    seen = _see(owner_client, "/messages/")

    assert "Dagens läge 5 timmar" in seen
    assert "Bekräftelse på förfrågan 3 dygn" in seen


def test_a_kind_is_looked_at_alone_and_the_filter_taken_away(owner_client: SignedIn, plan: Plan) -> None:
    plan(1, address="anna@example.com", now=LONG_AGO)
    plan(2, kind="test_internal", address="maj@example.com", now=LONG_AGO)

    seen = _see(owner_client, "/messages/?kind=test_internal&show=under_way")
    nothing = _see(owner_client, "/messages/?kind=test_marketing")

    assert re.findall(r"(\w+)@example\.com", seen) == ["maj"]
    assert "Här finns inget av den sorten." in nothing


def test_what_was_stopped_says_why_in_the_list(owner_client: SignedIn, plan: Plan) -> None:
    message = plan(1, address="bo@example.com")
    owner_client.post(f"/messages/{message.id}/close")

    assert "bo@example.com · Maj Ek" in _see(owner_client, "/messages/?show=stopped")


def test_what_is_planned_is_sent_now_when_a_person_says_so(owner_client: SignedIn, plan: Plan) -> None:
    message = plan(due_at=now() + timedelta(days=1), now=now())
    before = _see(owner_client, f"/messages/{message.id}")

    answer = owner_client.post(f"/messages/{message.id}/send-now", follow_redirects=True)

    assert "Skicka nu" in before
    assert "Mejlet skickas nu." in answer.text
    assert "Skicka nu" not in _words(answer.text)
    assert "Maj Ek" in _words(answer.text)
    assert message.due_at <= now()


def test_what_is_sent_is_not_sent_now(owner_client: SignedIn, plan: Plan) -> None:
    message = plan()
    _end(message, MessageState.SENT)

    answer = owner_client.post(f"/messages/{message.id}/send-now")

    assert answer.status_code == 409
    assert "Utskicket väntar inte längre" in answer.text


def test_today_tells_what_came_too_late_until_somebody_knows(owner_client: SignedIn, plan: Plan) -> None:
    _end(plan(1), MessageState.EXPIRED)
    _end(plan(2), MessageState.EXPIRED)
    with writing():
        beat("here:1", now(), [], now())

    before = _see(owner_client, "/today/")
    after = owner_client.post("/messages/missed/seen", follow_redirects=True)

    assert "2 utskick hann inte gå ut." in before
    assert "Se vilka" in before
    assert "hann inte gå ut" not in _words(after.text)


def test_a_failing_mail_server_is_told(owner_client: SignedIn) -> None:
    with writing():
        pause("smtp", now(), "535 5.7.8 authentication failed", is_probe=False)

    seen = _see(owner_client, "/messages/")

    assert "Mejl går inte ut just nu. Inget har gått förlorat." in seen
    assert "535 5.7.8 authentication failed" in seen


def test_a_waiting_message_shows_how_it_will_look(owner_client: SignedIn, plan: Plan) -> None:
    message = plan(42)

    seen = _see(owner_client, f"/messages/{message.id}")

    assert "Så här kommer det att se ut" in seen
    assert "Ämne Vi har fått din förfrågan" in seen
    assert "Tack. Ditt ärende har nummer 42." in seen
    assert "Skicka inte" in seen


def test_a_sent_message_shows_its_file_and_lends_it(
    app: Flask, owner_client: SignedIn, plan: Plan, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "instance_path", str(tmp_path))
    message = plan(42)
    Sender(app, Folder(tmp_path / "mail"), clock=clock).send_due()

    seen = _see(owner_client, f"/messages/{message.id}")
    file = owner_client.get(f"/messages/{message.id}.eml")

    assert "Så här skickades det" in seen
    assert "Till anna@example.com" in seen
    assert (file.status_code, file.mimetype) == (200, "message/rfc822")
    assert f"Message-ID: {message.message_id}".encode() in file.data


def test_there_is_no_file_of_a_message_that_was_not_sent(owner_client: SignedIn, plan: Plan) -> None:
    assert owner_client.get(f"/messages/{plan().id}.eml").status_code == 404


def test_a_message_whose_kind_is_gone_still_has_its_page(
    owner_client: SignedIn, plan: Plan, kinds: dict[str, object]
) -> None:
    message = plan()
    del kinds["test_service"]

    seen = _see(owner_client, f"/messages/{message.id}")

    assert "Texten kan inte visas längre" in seen


def test_a_failed_message_is_put_back_by_a_person(owner_client: SignedIn, plan: Plan) -> None:
    message = plan()
    _end(message, MessageState.FAILED, "550 5.1.1 no such user")
    before = _see(owner_client, f"/messages/{message.id}")

    answer = owner_client.post(f"/messages/{message.id}/retry", follow_redirects=True)

    assert "Serverns svar: 550 5.1.1 no such user" in before
    assert "Mejlet ligger i kön igen." in answer.text
    assert "Maj Ek" in _words(answer.text)
    assert message.state == MessageState.PENDING


def test_a_waiting_message_is_called_off_by_a_person(owner_client: SignedIn, plan: Plan) -> None:
    message = plan()

    answer = owner_client.post(f"/messages/{message.id}/close", follow_redirects=True)

    assert "Mejlet skickas inte." in answer.text
    assert message.state == MessageState.CANCELLED


def test_a_sent_message_is_not_sent_again(owner_client: SignedIn, plan: Plan) -> None:
    message = plan()
    _end(message, MessageState.SENT)

    answer = owner_client.post(f"/messages/{message.id}/retry")

    assert answer.status_code == 409
    assert "Utskicket kan inte skickas om" in answer.text
    assert message.state == MessageState.SENT


def test_the_moment_of_a_waiting_message_is_its_due_time(owner_client: SignedIn, plan: Plan) -> None:
    plan(1, due_at=NOW.replace(year=2031))

    assert "2031" in _see(owner_client, "/messages/")


def test_a_long_paragraph_is_shown_unbroken(owner_client: SignedIn, plan: Plan, kinds: dict[str, Kind]) -> None:
    def compose(_message: Message) -> MailText:
        return MailText("Hej", ("ord " * 30 + "slut.",), Button("Öppna", "https://ledtrad.example.se/p/abc"))

    kinds["test_service"] = Kind("test_service", MessageClass.SERVICE, compose, always_wanted)

    page = owner_client.get(f"/messages/{plan().id}").text

    assert "ord " * 30 + "slut.<br>" in page
    assert "Öppna:<br>https://ledtrad.example.se/p/abc<br>" in page
    assert "<br>-- <br>Maj Ek, Stilla &amp; Stark<br>" in page


def test_every_job_has_a_name_on_screen() -> None:
    assert {job.name for job in TIMETABLE} | {"deliver", "heartbeat"} == set(JOBS)
