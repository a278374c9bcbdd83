import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import escape

from app.accounts.models import User
from app.consultations.hosts import ImportedCalendar
from app.consultations.models import ConsultationState
from app.contacts.models import SubjectKind
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_zone
from app.enquiries.models import Enquiry, EnquiryState, Wish
from app.follow_ups.dues import whole_day
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import find_next_step, plan
from app.leads.models import Lead
from app.leads.stages import Stage
from app.mail.models import Worker
from app.plans.services import advance, start
from app.settings.models import Business
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.leads.cast import add_contact, add_lead
from tests.plans.cast import make_lead, make_plan
from tests.signed_in import SignedIn


def add_enquiry(
    lead: Lead, received_at: datetime, message: str = "Hur gör man?", state: EnquiryState = EnquiryState.OPEN
) -> Enquiry:
    enquiry = Enquiry(
        reference=f"LT-{secrets.token_hex(4)}",
        nonce=secrets.token_hex(16),
        lead=lead,
        received_at=received_at,
        state=state,
        settled_at=None if state is EnquiryState.OPEN else received_at,
        name=lead.contact.name,
        subject_kind=lead.subject.kind,
        subject_name=lead.subject.name,
        wish=Wish.ASK,
        message=message,
    )
    db.session.add(enquiry)
    return enquiry


def groups(page: str) -> dict[str, tuple[str, list[str]]]:
    """What a person reads: each group's title with its count, and the names on its rows."""
    found = {}
    for section in re.split(r"<section ", page)[1:]:
        title = re.search(r'<h2[^>]*>([^<]*)<span class="count[^>]*>(\d+)', section)
        if title:
            rows = re.findall(r'class="row-link"[^>]*>(.*?)</a>', section, re.DOTALL)
            found[title[1].strip()] = (title[2], [re.sub(r"<[^>]+>", "", row) for row in rows])
    return found


def row_of(page: str, name: str) -> str:
    return next(row for row in re.findall(r'<li class="row-line.*?</li>', page, re.DOTALL) if str(escape(name)) in row)


@pytest.fixture
def scheduler(app: Flask) -> None:
    """A scheduler that has just shown that it lives."""
    with writing() as session:
        session.add(Worker(name="here", started_at=now(), heartbeat_at=now() - timedelta(seconds=20)))


def test_an_empty_day_says_so_and_offers_one_thing(owner_client: SignedIn, scheduler: None) -> None:
    page = owner_client.get("/today/").text

    assert "Allt är gjort för i dag." in page
    assert groups(page) == {}
    assert "<title>Idag – Ledtråd</title>" in page


def test_the_day_comes_in_groups_with_counts(owner_client: SignedIn, scheduler: None) -> None:
    moment = now()
    with writing():
        asks, horse, late, later, adrift, resting = (
            add_lead(add_contact(name), kind, subject, moment)
            for name, kind, subject in [
                ("Siv Lund", SubjectKind.SELF, None),
                ("Åsa Ström", SubjectKind.HORSE, "Blixten"),
                ("Bo Ask", SubjectKind.SELF, None),
                ("Eva Rask", SubjectKind.SELF, None),
                ("Pia Hed", SubjectKind.SELF, None),
                ("Ulf Vila", SubjectKind.SELF, None),
            ]
        )
        add_enquiry(asks, moment - timedelta(hours=1), "Kan man sova med den?")
        plan(asks, FollowUpKind.ANSWER, moment - timedelta(minutes=1), moment)
        add_enquiry(horse, moment - timedelta(hours=2))
        plan(horse, FollowUpKind.ANSWER, moment + timedelta(days=3), moment)
        plan(late, FollowUpKind.CALL, moment - timedelta(days=2), moment, title="Hör hur det går")
        plan(later, FollowUpKind.CALL, moment + timedelta(days=3), moment)
        resting.stage, resting.rests_until_on = Stage.RESTING, moment.date() + timedelta(days=30)
        assert adrift.next_step_at is None

    page = owner_client.get("/today/").text

    assert groups(page) == {
        "Att svara": ("2", ["Åsa Ström · Blixten", "Siv Lund"]),
        "Att ringa": ("1", ["Bo Ask"]),
        "Utan nästa steg": ("1", ["Pia Hed"]),
    }
    assert "<title>(3) Idag – Ledtråd</title>" in page
    assert "Kan man sova med den?" in row_of(page, "Siv Lund")
    assert "Häst" in row_of(page, "Åsa Ström")
    assert "Hör hur det går" in row_of(page, "Bo Ask")
    assert "chip-late" in row_of(page, "Bo Ask")
    assert [f'href="{way}:+46701740621"' in row_of(page, "Bo Ask") for way in ("tel", "sms")] == [True, True]


def test_an_answer_that_is_late_says_so_and_one_that_is_not_says_by_when(owner_client: SignedIn) -> None:
    with writing():
        add_enquiry(add_lead(add_contact("Siv Lund")), now() - timedelta(days=30))
        add_enquiry(add_lead(add_contact("Bo Ask")), now())

    page = owner_client.get("/today/").text

    assert re.search(r'chip-late">.*?Försenat: .*? 17\.00', row_of(page, "Siv Lund"), re.DOTALL)
    assert re.search(r"Svara senast .*? 17\.00", row_of(page, "Bo Ask"))
    assert "chip-late" not in row_of(page, "Bo Ask")


def test_a_promise_to_answer_without_an_enquiry_is_still_a_thing_to_do(owner_client: SignedIn) -> None:
    with writing():
        lead = add_lead(add_contact("Siv Lund"))
        add_enquiry(lead, now(), state=EnquiryState.ANSWERED)
        plan(lead, FollowUpKind.ANSWER, now() - timedelta(minutes=1), now())

    assert groups(owner_client.get("/today/").text) == {"Att göra": ("1", ["Siv Lund"])}


def test_what_a_whole_day_is_given_for_is_due_that_day(owner_client: SignedIn, app: Flask) -> None:
    today = whole_day(now().astimezone(local_zone()).date(), local_zone())
    with writing():
        plan(add_lead(add_contact("Siv Lund")), FollowUpKind.VISIT, today.at, now(), due_on=today.on)

    page = owner_client.get("/today/").text

    assert groups(page) == {"Möten": ("1", ["Siv Lund"])}
    assert "chip-due" in row_of(page, "Siv Lund")
    assert "i dag" in row_of(page, "Siv Lund")


def test_what_a_visitor_wrote_is_shown_as_words_and_never_run(owner_client: SignedIn) -> None:
    with writing():
        add_enquiry(add_lead(add_contact("<b>Siv</b>")), now(), "<script>alert(1)</script>")

    page = owner_client.get("/today/").text

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "<b>Siv</b>" not in page


def test_the_open_page_is_told_of_a_new_enquiry(owner_client: SignedIn) -> None:
    before = owner_client.get("/today/").text
    with writing():
        lead = add_lead(add_contact("Siv Lund"))
        newest = add_enquiry(lead, now())
        plan(lead, FollowUpKind.ANSWER, now() + timedelta(days=1), now())

    rows = owner_client.get("/today/rows?heard=0", headers={"HX-Request": "true"}).text

    assert 'data-hx-get="/today/rows?whose=all"' in before
    assert groups(rows) == {"Att svara": ("1", ["Siv Lund"])}
    assert "En ny förfrågan. 1 att svara" in rows
    assert f'name="heard" value="{newest.id}" data-waits="1"' in rows
    assert re.search(r'<span id="menu-enquiries" class="count " data-hx-swap-oob="true" >1<', rows)
    assert "<html" not in rows


def test_a_step_is_done_without_script_and_one_comes_back_here(owner_client: SignedIn) -> None:
    with writing():
        lead = add_lead(add_contact("Siv Lund"))
        step = plan(lead, FollowUpKind.MAIL, now() - timedelta(hours=1), now())
        plan(lead, FollowUpKind.VISIT, now() + timedelta(days=9), now())
    action = re.search(r'action="(/follow-ups/\d+/complete[^"]*)"', owner_client.get("/today/").text)
    assert action

    answer = owner_client.post(str(action[1]), follow_redirects=True)

    assert answer.request.path == "/today/"
    assert groups(answer.text) == {}
    assert f'action="/follow-ups/{step.id}/reopen' in answer.text


def test_without_a_sign_of_life_a_warning_says_what_to_do(owner_client: SignedIn) -> None:
    never = owner_client.get("/today/").text
    with writing() as session:
        session.add(Worker(name="here", started_at=now(), heartbeat_at=now() - timedelta(minutes=6)))
    late = owner_client.get("/today/").text

    assert "Påminnelser har aldrig körts." in never
    assert re.search(r"Påminnelser körde senast för 6 minuter sedan\.", late)
    for page in (never, late):
        assert "Starta om Ledtråd på servern." in page


def test_with_a_fresh_sign_of_life_a_quiet_line_says_so(owner_client: SignedIn, scheduler: None) -> None:
    page = owner_client.get("/today/").text

    assert re.search(r"Påminnelser körde för 2\d sekunder sedan", page)
    assert "Varning" not in page


def test_a_new_instance_is_asked_who_it_belongs_to(owner_client: SignedIn, staff_client: SignedIn) -> None:
    described = owner_client.get("/today/").text
    with writing() as session:
        session.execute(db.update(Business).values(name="", email=""))

    assert "Börja med att berätta vilka ni är." not in described
    assert "Beskriv företaget" in owner_client.get("/today/").text
    asked = staff_client.get("/today/").text
    assert "Be en ägare fylla i företagets namn" in asked
    assert "Beskriv företaget" not in asked


@pytest.mark.parametrize("path", ["/today/", "/today/rows"])
def test_the_day_costs_the_same_with_one_row_and_with_thirty(
    owner_client: SignedIn, count_queries: Callable[[], int], path: str
) -> None:
    def fill(count: int) -> int:
        moment = now()
        with writing():
            for number in range(count):
                add_enquiry(add_lead(add_contact(f"Svar {number}")), moment)
                plan(add_lead(add_contact(f"Steg {number}")), FollowUpKind.CALL, moment, moment)
                add_lead(add_contact(f"Drift {number}"))
        db.session.remove()
        count_queries()
        page = owner_client.get(path).text
        assert len(groups(page)["Att svara"][1]) == count if count == 1 else 30
        return count_queries()

    few, many = fill(1), fill(29)

    assert few == many
    assert few <= 15


def test_a_long_day_leads_on_to_the_whole_list(owner_client: SignedIn) -> None:
    with writing():
        for number in range(21):
            add_enquiry(add_lead(add_contact(f"Svar {number}")), now())

    page = owner_client.get("/today/").text

    count, rows = groups(page)["Att svara"]
    assert (count, len(rows)) == ("21", 20)
    assert "Visa alla 21" in page


def test_the_front_door_leads_visitors_to_the_articles_and_staff_to_work(
    client: FlaskClient, owner_client: SignedIn
) -> None:
    assert client.get("/").location == "/articles/"
    assert owner_client.get("/").location == "/today/"


@pytest.mark.parametrize("path", ["/today/", "/today/rows"])
def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, owner: User, path: str) -> None:
    assert client.get(path).location == f"/sign-in?next={path}"


@pytest.mark.parametrize(("hours", "is_told"), [(25, True), (23, False)])
def test_a_letter_that_waits_long_for_approval_is_told_of(
    owner_client: SignedIn, owner: User, hours: int, is_told: bool
) -> None:
    with writing():
        run = start(make_plan(1), make_lead(), owner, now() - timedelta(days=9))
        advance(run, now() - timedelta(hours=hours))

    seen = owner_client.get("/today/").text

    assert ("Ett mejl har väntat på ditt godkännande i mer än ett dygn." in seen) is is_told


def test_a_calendar_that_has_not_been_read_for_hours_is_told_of(
    owner_client: SignedIn, owner: User, scheduler: None
) -> None:
    with writing() as session:
        host, long_ago = add_host(owner), now() - timedelta(hours=7)
        facts = {"host": host, "address": "https://calendar.example.com/a.ics", "tried_at": now()}
        session.add(ImportedCalendar(name="Jobbet", fetched_at=long_ago, **facts))
        session.add(ImportedCalendar(name="Familjen", fetched_at=now(), **facts))

    text = owner_client.get("/today/").text

    assert "Kalendern Jobbet lästes senast" in text
    assert f"/consultations/hours/{host.id}/calendars" in text
    assert "Familjen" not in text


def test_talks_have_a_group_of_their_own_with_what_each_asks_for(owner_client: SignedIn, owner: User) -> None:
    tonight = whole_day(now().astimezone(local_zone()).date(), local_zone()).at - timedelta(minutes=1)
    with writing():
        kind = add_kind(add_host(owner))
        for name, starts_at, state in (
            ("Ulf Alm", tonight + timedelta(days=9), "requested"),
            ("Siv Lund", tonight, "booked"),
            ("Bo Ek", now() - timedelta(days=1), "booked"),
            ("Maj Bo", tonight + timedelta(minutes=5), "booked"),
            ("Åsa Ö", now() - timedelta(days=1), "cancelled"),
        ):
            lead = add_lead(add_contact(name))
            add_consultation(lead, kind, starts_at, state=ConsultationState(state), wishes="Stel i ryggen")
            find_next_step(lead)

    page = owner_client.get("/today/").text

    assert groups(page)["Möten"] == ("3", ["Bo Ek", "Siv Lund", "Ulf Alm"])
    assert "Hur gick det?" in row_of(page, "Bo Ek")
    assert "Stel i ryggen" in row_of(page, "Siv Lund")
    assert 'href="tel:+46701740621"' in row_of(page, "Siv Lund")
    assert "Bekräfta" in row_of(page, "Ulf Alm")
    assert re.search(r'<span id="menu-today" class="count "[^>]*>3<', page)


def test_today_asks_no_more_for_many_talks(
    owner_client: SignedIn, owner: User, count_queries: Callable[[], int]
) -> None:
    def ask() -> int:
        count_queries()
        owner_client.get("/today/")
        return count_queries()

    with writing():
        kind = add_kind(add_host(owner))
        add_consultation(add_lead(add_contact()), kind, now())
    for_one = ask()
    with writing():
        for _ in range(25):
            add_consultation(add_lead(add_contact()), kind, now())

    assert ask() == for_one


def test_bookings_that_the_hours_left_outside_are_told_of_by_host(
    owner_client: SignedIn, owner: User, staff: User
) -> None:
    with writing():
        maj, sixten = add_host(owner, weekdays=""), add_host(staff, weekdays="")
        kind = add_kind(maj, sixten)
        for host in (maj, maj, sixten):
            add_consultation(make_lead(), kind, now() + timedelta(days=3), host)
        add_consultation(make_lead(), kind, now() + timedelta(days=3), maj, is_outside_hours=True)

    text = owner_client.get("/today/").text

    assert "2 bokningar hos Maj Ek ligger utanför tiderna." in text
    assert "En bokning hos Sixten Alm ligger utanför tiderna." in text
    assert f"/consultations/hours/{sixten.id}#affected" in text


def test_nobody_is_led_to_hours_of_somebody_else(staff_client: SignedIn, owner: User) -> None:
    with writing():
        host = add_host(owner, weekdays="")
        add_consultation(make_lead(), add_kind(host), now() + timedelta(days=3))

    text = staff_client.get("/today/").text

    assert "En bokning hos Maj Ek ligger utanför tiderna." in text
    assert "#affected" not in text
