import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import Role, User
from app.articles.models import Article, ArticleFormat
from app.contacts.models import SubjectKind
from app.contacts.services import renew_terms
from app.core.clock import now
from app.core.db import db, writing
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.leads.models import CallOutcome, EventKind, Lead
from app.leads.queries import timeline
from app.leads.services import hand_over, log_call, move_to_stage, tell, write_note
from app.leads.stages import Stage
from app.mail.models import Message, MessageEvent, MessageState
from app.mail.services import queue
from tests.conftest import NOW, add_user
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, rows, typed
from tests.signed_in import SignedIn


def lead_of(who: str = "Siv Lund", hours: int = 0, stage: Stage = Stage.NEW, **whom: object) -> Lead:
    """A lead that was active so many hours after NOW, and that is found by its words."""
    contact = add_contact(who)
    lead = add_lead(contact, now=NOW + timedelta(hours=hours), **whom)
    lead.stage = stage
    renew_terms(contact)
    return lead


@pytest.fixture
def three(app: Flask, owner: User, staff: User) -> dict[str, Lead]:
    """Three leads that differ in stage, owner, article, next step and activity."""
    with writing() as session:
        article = Article(slug="sova", title="Sova bättre", format=ArticleFormat.TEXT, created_at=NOW, updated_at=NOW)
        session.add(article)
        siv = lead_of("Siv Lund", 1, Stage.CONTACTED)
        asa = lead_of("Åsa Öberg", 3, kind=SubjectKind.HORSE, name="Blixten")
        bo = lead_of("Bo Ek", 2, Stage.TRIAL)
        siv.owner, bo.owner, asa.article = owner, staff, article
        asa.created_at = NOW - timedelta(days=3)
        plan(siv, FollowUpKind.CALL, NOW + timedelta(days=5), NOW)
        plan(bo, FollowUpKind.VISIT, NOW + timedelta(days=2), NOW, title="Hämta enheten")
    return {"siv": siv, "asa": asa, "bo": bo}


def test_the_list_shows_the_latest_active_first(three: dict[str, Lead], owner_client: SignedIn) -> None:
    page = owner_client.get("/leads/").text

    assert rows(page) == ["Åsa Öberg", "Bo Ek", "Siv Lund"]
    words = read(page)
    assert "Blixten · Sova bättre" in words
    assert "Hämta enheten" in words
    assert "Inget planerat" in words


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("q=asa", ["Åsa Öberg"]),
        ("q=ÖBERG+å", ["Åsa Öberg"]),
        ("q=blixt", ["Åsa Öberg"]),
        ("q=070-174+06", ["Åsa Öberg", "Bo Ek", "Siv Lund"]),
        ("q=%2B4670174062", ["Åsa Öberg", "Bo Ek", "Siv Lund"]),
        ("q=070-174+07", []),
        ("q=siv+ek", []),
        ("stage=trial", ["Bo Ek"]),
        ("stage=nonsense", ["Åsa Öberg", "Bo Ek", "Siv Lund"]),
        ("owner=0", ["Åsa Öberg"]),
        ("step=none", ["Åsa Öberg"]),
        ("sort=name", ["Bo Ek", "Siv Lund", "Åsa Öberg"]),
        ("sort=created", ["Bo Ek", "Siv Lund", "Åsa Öberg"]),
        ("sort=next_step", ["Bo Ek", "Siv Lund", "Åsa Öberg"]),
        ("q=070-174&stage=contacted&sort=name", ["Siv Lund"]),
    ],
)
def test_the_list_gives_what_is_asked_of_it(
    three: dict[str, Lead], owner_client: SignedIn, asked: str, names: list[str]
) -> None:
    assert rows(owner_client.get(f"/leads/?{asked}").text) == names


def test_the_list_filters_by_owner_and_article(three: dict[str, Lead], owner_client: SignedIn) -> None:
    owner_id, article_id = three["siv"].owner_id, three["asa"].article_id

    assert rows(owner_client.get(f"/leads/?owner={owner_id}").text) == ["Siv Lund"]
    assert rows(owner_client.get(f"/leads/?article={article_id}").text) == ["Åsa Öberg"]


def test_filters_can_be_taken_away_one_by_one(three: dict[str, Lead], owner_client: SignedIn) -> None:
    page = owner_client.get("/leads/?q=siv&stage=contacted").text

    assert 'href="/leads/?stage=contacted" aria-label="Ta bort filtret Sökning: siv"' in page
    assert 'href="/leads/?q=siv" aria-label="Ta bort filtret Steg: Kontaktad"' in page


def test_an_empty_list_says_what_will_be_here(owner_client: SignedIn) -> None:
    assert "Här visas varje affär" in read(owner_client.get("/leads/").text)
    assert "Ingen affär stämmer" in read(owner_client.get("/leads/?q=siv").text)


def test_the_list_goes_on_where_the_page_before_ended(app: Flask, owner_client: SignedIn) -> None:
    with writing():
        for number in range(35):
            lead_of(f"Person {number:02}", -number)

    first = owner_client.get("/leads/").text
    address = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = owner_client.get(address).text

    assert rows(first) + rows(second) == [f"Person {number:02}" for number in range(35)]
    assert ('rel="next"' in first, 'rel="next"' in second) == (True, False)


@pytest.mark.parametrize("asked", ["", "?q=person", "?sort=next_step", "?sort=name"])
def test_the_list_asks_as_much_for_thirty_rows_as_for_one(
    app: Flask, owner_client: SignedIn, count_queries: Callable[[], int], asked: str
) -> None:
    def cost() -> int:
        owner_client.get(f"/leads/{asked}")
        db.session.remove()
        count_queries()
        owner_client.get(f"/leads/{asked}")
        return count_queries()

    with writing():
        plan(lead_of("Person 0"), FollowUpKind.CALL, NOW, NOW)
    one = cost()
    with writing():
        for number in range(29):
            plan(lead_of(f"Person {number}", number), FollowUpKind.CALL, NOW, NOW)

    assert cost() <= one


def test_the_page_tells_everything_that_happened(three: dict[str, Lead], owner: User, owner_client: SignedIn) -> None:
    lead = three["siv"]
    with writing():
        write_note(lead, "Gillar korta samtal\n<b>alltid</b>", owner, NOW)
        log_call(lead, CallOutcome.VOICEMAIL, None, owner, NOW)
        log_call(lead, CallOutcome.ANSWERED, "Vill låna i mars", owner, NOW)
        move_to_stage(lead, Stage.TRIAL, owner, NOW, why="Bokade i dag")
        hand_over(lead, None, owner, NOW)

    words = read(owner_client.get(f"/leads/{lead.id}").text, "timeline")

    for told in (
        "Gillar korta samtal<b>alltid</b>",
        "Maj Ek ringde: röstbrevlåda",
        "Samtal: svarade",
        "Vill låna i mars",
        "Maj Ek flyttade från Kontaktad till Provperiod: ”Bokade i dag”",
        "Maj Ek lämnade affären utan ansvarig",
    ):
        assert told in words


@pytest.mark.parametrize("becomes", ["shut out", "a reader"])
def test_the_timeline_names_who_was_given_the_lead_though_they_can_have_no_more(
    three: dict[str, Lead], owner: User, owner_client: SignedIn, becomes: str
) -> None:
    left, lead = add_user("alva@example.se", "Alva Dahl", Role.STAFF), three["bo"]
    with writing():
        hand_over(lead, left, owner, NOW)
        if becomes == "shut out":
            left.is_active = False
        else:
            left.role = Role.READER

    page = owner_client.get(f"/leads/{lead.id}").text

    assert "Maj Ek gjorde Alva Dahl till ansvarig" in read(page, "timeline")
    assert f'<option value="{left.id}" selected>Alva Dahl</option>' in page


def test_the_timeline_tells_of_our_mails_to_the_visitor_alone(three: dict[str, Lead], owner_client: SignedIn) -> None:
    with writing() as session:
        for number, (lead, sent_at) in enumerate([("siv", NOW), ("siv", None), ("bo", NOW)]):
            message = queue_answer_notice(three[lead], number)
            message.state, message.sent_at = (MessageState.SENT, sent_at) if sent_at else (MessageState.PENDING, None)
        session.flush()

    words = read(owner_client.get(f"/leads/{three['siv'].id}").text, "timeline")

    assert re.findall(r"Mejl: .+?\)", words) == ["Mejl: besked om svar (väntar)", "Mejl: besked om svar (skickat)"]


def queue_answer_notice(lead: Lead, number: int) -> Message:
    """A notice of an answer, planned."""
    message = queue(
        "answer_notice",
        address="siv@example.se",
        language="sv",
        dedupe_key=f"answer:{number}",
        context={"answer": number},
        now=NOW,
        lead_id=lead.id,
    )
    assert message is not None
    return message


def test_the_timeline_says_why_a_mail_was_refused(three: dict[str, Lead], owner_client: SignedIn) -> None:
    with writing() as session:
        message = queue_answer_notice(three["siv"], 1)
        message.state = MessageState.SUPPRESSED
        session.add(MessageEvent(message_id=message.id, at=NOW, state=message.state, reason="no_consent"))

    words = read(owner_client.get(f"/leads/{three['siv'].id}").text, "timeline")

    assert "Mejl: besked om svar (stoppat) – Inget samtycke till tips" in words


def test_the_timeline_speaks_the_language_of_who_reads_it(
    three: dict[str, Lead], owner: User, owner_client: SignedIn
) -> None:
    lead = three["siv"]
    with writing():
        tell(lead, EventKind.CLOSED, NOW, actor=owner, text="LT-AAAAAA")
        tell(lead, EventKind.QUARANTINED, NOW, actor=owner, text="LT-BBBBBB")

    swedish, english = (
        read(owner_client.get(f"/leads/{lead.id}?lang={language}").text, "timeline") for language in ("sv", "en")
    )

    assert "Maj Ek avslutade utan svar: LT-AAAAAA" in swedish
    assert "Maj Ek closed without an answer: LT-AAAAAA" in english
    assert "Maj Ek flyttade till karantän: LT-BBBBBB" in swedish
    assert "Maj Ek moved to quarantine: LT-BBBBBB" in english


def test_the_page_of_an_adrift_lead_asks_what_comes_next(three: dict[str, Lead], owner_client: SignedIn) -> None:
    asked = read(owner_client.get(f"/leads/{three['asa'].id}").text, "next-step")
    pinned = read(owner_client.get(f"/leads/{three['bo'].id}").text, "next-step")

    assert asked.startswith("Vad händer härnäst?")
    assert pinned.startswith("Nästa steg\nHämta enheten")


def test_the_page_asks_as_much_for_a_long_timeline_as_for_a_short_one(
    three: dict[str, Lead], owner: User, owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    address = f"/leads/{three['siv'].id}"

    def cost() -> int:
        db.session.remove()
        count_queries()
        owner_client.get(address)
        return count_queries()

    cost()
    short = cost()
    with writing() as session:
        lead = session.get_one(Lead, three["siv"].id)
        for number in range(30):
            write_note(lead, f"Anteckning {number}", owner, NOW)
            plan(lead, FollowUpKind.CALL, NOW, NOW)

    assert cost() <= short


def test_a_lead_that_is_not_there_is_not_found(owner_client: SignedIn) -> None:
    assert owner_client.get("/leads/4711").status_code == 404
    assert owner_client.post("/leads/4711/notes", data={"note": "Hej"}).status_code == 404


def test_a_note_is_kept(three: dict[str, Lead], owner: User, owner_client: SignedIn) -> None:
    lead = three["siv"]

    answer = owner_client.post(f"/leads/{lead.id}/notes", data={"note": "Ringer hellre än skriver"})

    assert answer.location == f"/leads/{lead.id}#timeline"
    db.session.expire_all()
    assert [(event.kind, event.text, event.actor_id) for event in timeline(lead)] == [
        (EventKind.NOTE, "Ringer hellre än skriver", owner.id)
    ]


def test_a_refused_note_comes_back_with_every_word(three: dict[str, Lead], owner_client: SignedIn) -> None:
    long = "Lång " * 1100

    page = owner_client.post(f"/leads/{three['siv'].id}/notes", data={"note": long})

    assert page.status_code == 422
    assert typed(page.text, "note-text") == long.strip()
    assert 'id="compose-note" checked' in page.text


def test_a_lead_is_handed_over(three: dict[str, Lead], staff: User, owner_client: SignedIn) -> None:
    lead = three["siv"]

    owner_client.post(f"/leads/{lead.id}/owner", data={"owner": staff.id})

    db.session.expire_all()
    assert lead.owner_id == staff.id


def test_a_lead_is_not_handed_to_somebody_who_is_shut_out(
    three: dict[str, Lead], staff: User, owner_client: SignedIn
) -> None:
    with writing() as session:
        session.get_one(User, staff.id).is_active = False

    answer = owner_client.post(f"/leads/{three['siv'].id}/owner", data={"owner": staff.id})

    assert answer.status_code == 409
    assert "Välj någon annan" in read(answer.text)


def test_pages_speak_english_where_the_user_does(three: dict[str, Lead], owner: User, owner_client: SignedIn) -> None:
    with writing() as session:
        session.get_one(User, owner.id).language = "en"

    page = owner_client.get(f"/leads/{three['siv'].id}").text

    assert '<html lang="en"' in page


def test_an_old_moment_is_told_by_its_day(three: dict[str, Lead], owner_client: SignedIn) -> None:
    with writing() as session:
        session.get_one(Lead, three["siv"].id).active_at = now()

    assert "i dag" in read(owner_client.get("/leads/?q=siv").text)
