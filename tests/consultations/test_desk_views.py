import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.consultations.booking import Details
from app.consultations.kinds import ConsultationKind, Place
from app.consultations.models import Consultation, ConsultationOutcome, ConsultationState
from app.consultations.queries import changes_of
from app.consultations.services import book, move
from app.core.clock import now
from app.core.db import db, writing
from app.core.filters import moment_words
from app.follow_ups.models import FollowUpKind
from app.follow_ups.queries import open_of
from app.leads.models import Lead, LostReason
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.consultations.cast import HALF_AN_HOUR, TOMORROW_AT_NINE, add_consultation, add_kind
from tests.leads.page import read, typed
from tests.signed_in import SignedIn


@pytest.fixture
def over(kind: ConsultationKind, lead: Lead) -> Consultation:
    """Siv's talk an hour ago, of which nobody has told yet."""
    with writing():
        return add_consultation(lead, kind, now() - timedelta(hours=1))


@pytest.fixture
def ahead(kind: ConsultationKind, lead: Lead) -> Consultation:
    """Siv's talk in two days."""
    with writing():
        return add_consultation(lead, kind, now() + timedelta(days=2))


def url(consultation: Consultation, action: str = "") -> str:
    return f"/consultations/{consultation.id}{action}"


def test_the_page_says_who_when_and_what_was_asked(owner_client: SignedIn, kind: ConsultationKind, lead: Lead) -> None:
    details = Details(phone="070-174 06 29", wishes="Stel i <ryggen>", answers=(("Hur länge?", "Ett år"),))
    with writing():
        booked = book(kind, TOMORROW_AT_NINE, "sivs-form", lead, details, NOW)

    page = owner_client.get(url(booked)).text

    words = read(page)
    for line in ("Siv Lund", "tisdag 24 november kl. 09.00–09.30", "Stel i <ryggen>", "Hur länge?", "Ett år"):
        assert line in words
    assert 'href="tel:+46701740629"' in page
    assert "Siv Lund bokade tiden" in words


def test_a_visit_has_its_address_and_a_map(owner_client: SignedIn, kind: ConsultationKind, lead: Lead) -> None:
    with writing():
        visit = add_kind(*kind.hosts, slug="besok", place=Place.VISIT)
        facts = {"street_address": "Stallvägen 3", "postcode": "740 10", "city": "Almunge"}
        booked = add_consultation(lead, visit, now() + timedelta(days=1), **facts)

    page = owner_client.get(url(booked)).text

    assert "Stallvägen 3, 740 10 Almunge" in read(page)
    assert "openstreetmap.org/search?query=Stallv%C3%A4gen+3%2C+740+10+Almunge" in page


def test_before_it_is_over_nobody_is_asked_how_it_went(owner_client: SignedIn, ahead: Consultation) -> None:
    page = owner_client.get(url(ahead)).text

    assert "Avboka tiden" in page
    assert "Spara hur det gick" not in page


@pytest.mark.parametrize(
    ("outcome", "stage"),
    [
        (ConsultationOutcome.TO_TRIAL, Stage.TRIAL),
        (ConsultationOutcome.THINKS, Stage.DECISION),
    ],
)
def test_how_it_went_moves_the_lead_and_plans_what_usually_follows(
    owner_client: SignedIn, over: Consultation, outcome: ConsultationOutcome, stage: Stage
) -> None:
    answer = owner_client.post(url(over, "/outcome"), data={"outcome": outcome, "note": "Ringer i mars"})

    assert (answer.status_code, answer.location) == (303, f"/leads/{over.lead_id}#next-step")
    assert (over.state, over.outcome, over.lead.stage) == (ConsultationState.HELD, outcome, stage)
    assert len(open_of(over.lead_id)) == 1
    assert [change.why for change in changes_of(over.id)] == ["Ringer i mars"]
    assert "Ringer i mars" in read(owner_client.get(f"/leads/{over.lead_id}").text, "timeline")


def test_a_next_step_of_ones_own_is_planned_in_the_same_tap(owner_client: SignedIn, over: Consultation) -> None:
    filled = {"outcome": "thinks", "has_own_step": "y", "kind": "mail", "title": "Skicka priser", "when": "next_week"}

    owner_client.post(url(over, "/outcome"), data=filled)

    assert [(step.kind, step.title) for step in open_of(over.lead_id)] == [(FollowUpKind.MAIL, "Skicka priser")]


def test_a_no_asks_why_and_keeps_what_was_typed(owner_client: SignedIn, over: Consultation) -> None:
    reason = db.session.scalars(sa.select(LostReason)).first()
    assert reason

    refused = owner_client.post(url(over, "/outcome"), data={"outcome": "no", "note": "För dyrt just nu"})
    state_then = over.state
    owner_client.post(url(over, "/outcome"), data={"outcome": "no", "note": "För dyrt", "lost_reason": reason.id})

    assert refused.status_code == 422
    assert "anledning" in read(refused.text, "outcome")
    assert typed(refused.text, "outcome-note") == "För dyrt just nu"
    assert 'value="no" checked' in refused.text
    assert state_then is ConsultationState.BOOKED
    assert (over.lead.stage, over.lead.lost_reason) == (Stage.LOST, reason)


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"note": "Kvar"}, "Välj hur det gick."),
        (
            {"outcome": "thinks", "has_own_step": "y", "kind": "call", "when": "other", "note": "Kvar"},
            "Välj vilken dag.",
        ),
    ],
)
def test_what_is_missing_is_asked_for_beside_its_field(
    owner_client: SignedIn, over: Consultation, filled: dict[str, str], words: str
) -> None:
    page = owner_client.post(url(over, "/outcome"), data=filled)

    assert page.status_code == 422
    assert words in read(page.text, "outcome")
    assert typed(page.text, "outcome-note") == "Kvar"
    assert over.state is ConsultationState.BOOKED


@pytest.mark.parametrize("state", ["no_show", "could_not_come"])
def test_what_came_to_nothing_leaves_a_call(owner_client: SignedIn, over: Consultation, state: str) -> None:
    answer = owner_client.post(url(over, f"/missed/{state}"))

    assert answer.status_code == 303
    assert over.state == state
    assert [step.kind for step in open_of(over.lead_id)] == [FollowUpKind.CALL]


def test_what_came_of_it_is_kept_in_the_browser_until_it_is_stored_and_stored_once(
    owner_client: SignedIn, over: Consultation
) -> None:
    filled = {"outcome": "thinks", "note": "Ringer i mars", "draft_key": "k" * 32}
    field = re.search(r'<textarea[^>]*id="outcome-note"[^>]*>', owner_client.get(url(over)).text)

    answers = [owner_client.post(url(over, "/outcome"), data=filled, headers={"X-Sent-By": "script"}) for _ in range(2)]

    assert field is not None
    assert "data-draft" in field[0]
    assert [answer.status_code for answer in answers] == [204, 204]


def test_a_next_step_is_told_of_only_where_one_was_planned(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, over: Consultation
) -> None:
    told = owner_client.post(url(over, "/missed/no_show"), follow_redirects=True).text
    with writing():
        second = add_consultation(lead, kind, now() - timedelta(hours=1))
        add_consultation(lead, kind, now() + timedelta(days=2))
    untold = owner_client.post(url(second, "/missed/no_show"), follow_redirects=True).text

    assert "Noterat. Nästa steg är planerat." in told
    assert "Noterat." in untold
    assert "Nästa steg är planerat." not in untold


@pytest.mark.parametrize("state", ["held", "cancelled", "nonsense"])
def test_there_are_two_ways_to_miss_it(owner_client: SignedIn, over: Consultation, state: str) -> None:
    assert owner_client.post(url(over, f"/missed/{state}")).status_code == 404


def test_cancelling_keeps_why_and_leaves_a_call(owner_client: SignedIn, owner: User, booked: Consultation) -> None:
    with writing():
        move(booked, now() + timedelta(days=3), NOW, actor=owner)

    answer = owner_client.post(url(booked, "/cancel"), data={"why": "Jag är sjuk"})

    assert answer.status_code == 303
    assert booked.state is ConsultationState.CANCELLED
    assert [step.title for step in open_of(booked.lead_id)] == ["Hitta en ny tid"]
    timeline = read(owner_client.get(f"/leads/{booked.lead_id}").text, "timeline")
    assert "Maj Ek avbokade konsultationen" in timeline
    assert "Jag är sjuk" in timeline


def test_no_mail_is_promised_to_what_looks_like_spam(owner_client: SignedIn, ahead: Consultation) -> None:
    promise = "Siv Lund får ett mejl om att tiden är avbokad"
    usual = owner_client.get(url(ahead)).text
    with writing():
        ahead.state, ahead.is_suspect = ConsultationState.REQUESTED, True
    suspect = owner_client.get(url(ahead)).text

    assert promise in usual
    assert promise not in suspect
    assert "Den ser ut som skräppost, så ingen får något mejl" in suspect


def test_what_was_asked_for_is_confirmed(owner_client: SignedIn, ahead: Consultation) -> None:
    with writing():
        ahead.state = ConsultationState.REQUESTED

    pages = [owner_client.post(url(ahead, f"/confirm{back}")).location for back in ("", "?back=today")]

    assert pages == [url(ahead), "/today/"]
    assert ahead.state is ConsultationState.BOOKED
    assert "Maj Ek bekräftade konsultationen" in read(owner_client.get(f"/leads/{ahead.lead_id}").text, "timeline")


def test_the_timeline_tells_from_when_until_when_it_was_moved(owner_client: SignedIn, booked: Consultation) -> None:
    later = TOMORROW_AT_NINE + HALF_AN_HOUR
    with writing():
        move(booked, later, NOW)

    words = read(owner_client.get(f"/leads/{booked.lead_id}").text, "timeline")

    left, reached = moment_words(TOMORROW_AT_NINE), moment_words(later)
    assert f"Siv Lund flyttade konsultationen från {left} till {reached}" in words
    assert f"Siv Lund bokade en konsultation {left}" in words


def test_the_leads_page_asks_how_an_overdue_talk_went(owner_client: SignedIn, over: Consultation) -> None:
    words = read(owner_client.get(f"/leads/{over.lead_id}").text, "next-step")

    assert "Hur gick konsultationen?" in words
    assert "Berätta hur det gick" in words


def test_the_leads_page_asks_no_more_for_many_talks(
    owner_client: SignedIn, kind: ConsultationKind, lead: Lead, count_queries: Callable[[], int]
) -> None:
    def ask() -> int:
        count_queries()
        owner_client.get(f"/leads/{lead.id}")
        return count_queries()

    def book_more(count: int) -> None:
        with writing():
            for days in range(count):
                add_consultation(lead, kind, NOW + timedelta(days=days))

    book_more(1)
    ask()  # the first look is written down
    for_one = ask()
    book_more(20)

    assert ask() == for_one


def test_a_consultation_that_is_not_there(owner_client: SignedIn) -> None:
    for action in ("", "/move"):
        assert owner_client.get(f"/consultations/77{action}").status_code == 404
    for action in ("/outcome", "/cancel", "/confirm", "/missed/no_show", "/move"):
        assert owner_client.post(f"/consultations/77{action}", data={"outcome": "thinks"}).status_code == 404


def test_the_leads_page_says_which_talk_ends_with_it(owner_client: SignedIn, ahead: Consultation) -> None:
    with writing():
        add_consultation(ahead.lead, ahead.kind, now() - timedelta(hours=1))
    when = moment_words(ahead.starts_at)

    page = read(owner_client.get(f"/leads/{ahead.lead_id}").text, "stage")
    assert f"vilar avbokas konsultationen {when}, och besökaren får ett mejl om det." in page
    assert page.count("avbokas konsultationen") == 1

    with writing():
        ahead.email = None
    page = read(owner_client.get(f"/leads/{ahead.lead_id}").text, "stage")
    assert f"vilar avbokas konsultationen {when}. Ring då besökaren och berätta det." in page
