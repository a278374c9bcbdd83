import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.kinds import Audience
from app.contacts.models import SubjectKind
from app.core.clock import now
from app.core.db import db, writing
from app.core.filters import day
from app.core.language import local_day
from app.trials.agreements import AgreedBy, Agreement, AgreementText
from app.trials.lending import change_days, change_unit
from app.trials.models import Trial, TrialState
from app.trials.suitability import Answer, SuitabilityAnswer, Verdict
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, rows
from tests.signed_in import SignedIn
from tests.trials.cast import add_model, add_trial, add_unit
from tests.trials.walks import walk_to

A_DAY = timedelta(days=1)


def of(name: str, state: TrialState, *, days_in: int = 0, days: int = 21, **changes: object) -> Trial:
    """A trial of somebody of that name that began so many days ago."""
    starts_on = local_day(now()) - A_DAY * days_in
    has_days = state not in (TrialState.REQUESTED, TrialState.SUITABLE, TrialState.DECLINED)
    dates = {"starts_on": starts_on, "ends_on": starts_on + A_DAY * (days - 1)} if has_days else {}
    return add_trial(add_lead(add_contact(name)), state=state, **{**dates, **changes})


def url(trial: Trial, action: str = "") -> str:
    return f"/trials/{trial.id}{action}"


@pytest.fixture
def some(app: Flask) -> None:
    """One in each group, and two that are out, one of them late."""
    with writing():
        of("Siv Ber", TrialState.REQUESTED, requested_at=now())
        of("Bo Lämplig", TrialState.SUITABLE, requested_at=now() - A_DAY * 9)
        of("Pia Avtalad", TrialState.AGREED, days_in=1)
        of("Ulf Ute", TrialState.OUT, days_in=8)
        of("Eva Sen", TrialState.DECISION, days_in=23)
        of("Åsa Åter", TrialState.RECEIVED, days_in=20, received_at=now())
        of("Ann Slut", TrialState.NOT_BOUGHT, days_in=60, settled_at=now())


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("", ["Bo Lämplig", "Siv Ber", "Eva Sen", "Åsa Åter", "Ulf Ute", "Pia Avtalad"]),
        ("to_judge", ["Siv Ber"]),
        ("to_reserve", ["Bo Lämplig"]),
        ("reserved", ["Pia Avtalad"]),
        ("out", ["Eva Sen", "Ulf Ute"]),
        ("overdue", ["Eva Sen"]),
        ("back", ["Åsa Åter"]),
        ("ended", ["Ann Slut"]),
    ],
)
def test_the_list_is_narrowed_to_a_group(owner_client: SignedIn, some: None, group: str, names: list[str]) -> None:
    page = owner_client.get(f"/trials?show={group}" if group else "/trials").text

    assert rows(page) == names


def test_the_groups_say_how_many_they_hold(owner_client: SignedIn, some: None) -> None:
    page = owner_client.get("/trials").text

    chips = dict(re.findall(r'<a class="chip chip-offer"[^>]*>([^<]+?)\s*<span class="count[^"]*">(\d+)', page))
    assert chips == {
        "Att bedöma": "1",
        "Att reservera": "1",
        "Reserverade": "1",
        "Ute": "2",
        "Försenade": "1",
        "Tillbaka": "1",
    }


def test_a_row_says_what_is_next_and_how_late(owner_client: SignedIn, some: None) -> None:
    words = read(owner_client.get("/trials").text)

    assert re.search(r"Eva Sen\s*BM Hem · BM-\d+\s*Provperioden är slut: vad bestämde de\?\s*3 dagar försenad", words)
    assert re.search(r"Pia Avtalad\s*BM Hem · BM-\d+\s*Är enheten utlämnad\?\s*1 dag försenad", words)
    assert re.search(r"Bo Lämplig\s*BM Hem\s*Reservera en enhet", words)


def test_an_empty_list_says_how_trials_come_here(owner_client: SignedIn) -> None:
    assert "Här står var och en som provar" in owner_client.get("/trials").text
    assert "Inget står här just nu: försenade." in read(owner_client.get("/trials?show=overdue").text)
    assert owner_client.get("/trials?show=nonsense").status_code == 404


@pytest.mark.parametrize("group", ["", "?show=out"])
def test_the_list_asks_no_more_for_many(owner_client: SignedIn, count_queries: Callable[[], int], group: str) -> None:
    def ask() -> int:
        count_queries()
        assert owner_client.get(f"/trials{group}").status_code == 200
        return count_queries()

    with writing():
        of("Siv Lund", TrialState.OUT)
    for_one = ask()
    with writing():
        for number in range(40):
            of(f"Bo Ek {number}", TrialState.OUT, days_in=number)

    assert ask() == for_one


def test_a_long_list_goes_on_behind_a_link(owner_client: SignedIn) -> None:
    with writing():
        for number in range(31):
            of(f"Bo Ek {number:02}", TrialState.OUT, days_in=number)
        of("Siv Ny", TrialState.REQUESTED)

    first = owner_client.get("/trials").text
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward
    second = owner_client.get(onward[1].replace("&amp;", "&")).text

    assert rows(first) == ["Siv Ny", *(f"Bo Ek {number:02}" for number in range(30, 1, -1))]
    assert rows(second) == ["Bo Ek 01", "Bo Ek 00"]


def test_the_page_says_who_what_and_how_far_it_has_come(owner_client: SignedIn) -> None:
    with writing():
        facts = {"street_address": "Stallvägen 3", "postcode": "740 10", "city": "Almunge", "wishes": "Stel i <ryggen>"}
        trial = of("Siv Lund", TrialState.OUT, days_in=8, price_ore=1_490_000, deposit_ore=100_000, **facts)
        db.session.add(
            SuitabilityAnswer(
                trial_id=trial.id, question="Har du pacemaker?", answer=Answer.UNSURE, verdict=Verdict.ASK
            )
        )

    page = owner_client.get(url(trial)).text

    words = read(page)
    for line in ("Siv Lund", "Dag 9 av 21", "Stel i <ryggen>", "Har du pacemaker?", "Vet inte", "Prata först"):
        assert line in words
    assert "14 900 kr" in words.replace("\xa0", " ")
    assert "Inte betald" in words
    assert "openstreetmap.org/search?query=Stallv%C3%A4gen+3%2C+740+10+Almunge" in page
    assert 'href="tel:+46701740621"' in page


def test_the_page_says_who_agreed_and_how(owner_client: SignedIn) -> None:
    with writing():
        trial = of("Siv Lund", TrialState.AGREED)
        text = AgreementText(text_sv="Var rädd om den.", text_en="Take care.", written_at=now())
        agreed = {"agreed_by": AgreedBy.PAPER, "name": "S. Lund", "agreed_at": now(), "language": "sv"}
        db.session.add(Agreement(trial=trial, text=text, **agreed))

    words = read(owner_client.get(url(trial)).text)

    assert "S. Lund sa ja på papper i dag" in words
    assert f"Version {text.id} av avtalet" in words


def test_a_unit_is_found_though_its_borrower_is_erased(owner_client: SignedIn) -> None:
    with writing():
        trial = of("Siv Lund", TrialState.OUT, city="Almunge")
        db.session.delete(trial.lead.contact)

    words = read(owner_client.get(url(trial)).text)

    assert "Personen är raderad ur registret." in words
    assert "Almunge" in words
    assert rows(owner_client.get("/trials").text) == ["Siv Lund"]


def test_the_history_tells_each_change_in_words(owner_client: SignedIn, owner: User) -> None:
    today = local_day(now())
    with writing():
        model = add_model()
        first, second = (add_unit(model, serial) for serial in ("BM-1", "BM-2"))
        lead = add_lead(add_contact())
        trial = walk_to(TrialState.RESERVED, lead=lead, unit=first, starts_on=today, actor=owner, now=now())
        change_unit(trial, second, owner, now())
        change_days(trial, today, today + A_DAY * 30, owner, now(), "Bortrest")

    words = read(owner_client.get(url(trial)).text, "changes-title")

    days = f"{day(today)} – {day(today + A_DAY * 20)}"
    assert f"Maj Ek reserverade BM-1, {days}" in words
    assert "Maj Ek bytte enhet från BM-1 till BM-2" in words
    assert f"Maj Ek förlängde till {day(today + A_DAY * 30)} – Bortrest" in words


@pytest.mark.parametrize("state", list(TrialState))
def test_every_state_has_a_page_and_a_history(owner_client: SignedIn, state: TrialState) -> None:
    with writing():
        trial = walk_to(state, starts_on=local_day(now()), now=now())

    page = owner_client.get(url(trial))

    assert page.status_code == 200
    walk = read(page.text, "walk")
    assert walk.count("\n") >= 9
    assert page.text.count('aria-current="step"') == 1


def test_horses_are_told_from_people(owner_client: SignedIn) -> None:
    with writing():
        lead = add_lead(add_contact(), SubjectKind.HORSE, "Blixten")
        trial = add_trial(lead, audience=Audience.HORSE)

    assert "Siv Lund · Blixten" in read(owner_client.get("/trials").text)
    assert "Gäller Blixten" in read(owner_client.get(url(trial)).text)


def test_a_trial_that_is_not_there(owner_client: SignedIn) -> None:
    for action in ("", "/money", "/reserve", "/days", "/extend", "/unit", "/check", "/decide", "/buy-this", "/lose"):
        assert owner_client.get(f"/trials/77{action}").status_code == 404
        if action:
            assert owner_client.post(f"/trials/77{action}").status_code == 404


def test_what_is_paid_is_noted(owner_client: SignedIn) -> None:
    with writing():
        trial = of("Siv Lund", TrialState.OUT)
    filled = {"deposit": "1 000", "deposit_in_on": "2026-11-23", "price": "14900", "commission_note": "5 %"}

    answer = owner_client.post(url(trial, "/money"), data=filled)

    assert (answer.status_code, answer.location) == (303, url(trial))
    db.session.refresh(trial)
    assert (trial.deposit_ore, trial.deposit_in_on, trial.price_ore) == (100_000, date(2026, 11, 23), 1_490_000)
    assert trial.commission_note == "5 %"


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"deposit": "mycket"}, "Skriv ett belopp i kronor"),
        ({"deposit": "1000", "deposit_out_on": "2026-11-23"}, "återbetald innan den är betald"),
        ({"deposit_in_on": "i går"}, "Skriv ett datum"),
    ],
)
def test_money_that_cannot_be_says_why_and_keeps_what_was_typed(
    owner_client: SignedIn, filled: dict[str, str], words: str
) -> None:
    with writing():
        trial = of("Siv Lund", TrialState.OUT)

    refused = owner_client.post(url(trial, "/money"), data={**filled, "commission_note": "Kvar"})

    assert refused.status_code == 422
    assert words in read(refused.text)
    assert 'value="Kvar"' in refused.text
    db.session.refresh(trial)
    assert trial.commission_note is None


def test_a_request_is_judged_with_one_tap(owner_client: SignedIn, owner: User) -> None:
    with writing():
        one, other = (of(name, TrialState.REQUESTED) for name in ("Siv Lund", "Bo Ek"))

    yes = owner_client.post(url(one, "/judge?back=today"), data={"suits": "yes", "why": "Pratade i dag"})
    no = owner_client.post(url(other, "/judge"), data={"suits": "no"})

    assert (yes.location, no.location) == ("/today/", url(other))
    assert (one.state, other.state) == (TrialState.SUITABLE, TrialState.DECLINED)
    assert "Maj Ek bedömde att det passar – Pratade i dag" in read(owner_client.get(url(one)).text, "changes-title")


def test_a_judgement_that_comes_too_late_or_says_nothing_changes_nothing(owner_client: SignedIn) -> None:
    with writing():
        trial = of("Siv Lund", TrialState.OUT)
        asked = of("Bo Ek", TrialState.REQUESTED)

    late = owner_client.post(url(trial, "/judge"), data={"suits": "no"})
    empty = owner_client.post(url(asked, "/judge"), data={"why": "Vet inte"})
    long = owner_client.post(url(asked, "/judge"), data={"suits": "no", "why": "x" * 501})

    assert (late.status_code, empty.status_code, long.status_code) == (422, 400, 422)
    assert "x" * 501 in long.text
    assert (trial.state, asked.state) == (TrialState.OUT, TrialState.REQUESTED)


def test_what_speaks_against_it_is_counted_where_it_is_judged(owner_client: SignedIn) -> None:
    with writing():
        trial = of("Siv Lund", TrialState.REQUESTED)
        for answer, verdict in ((Answer.YES, Verdict.STOP), (Answer.UNSURE, Verdict.ASK), (Answer.YES, Verdict.STOP)):
            facts = {"question": "Har du?", "answer": answer, "verdict": verdict}
            db.session.add(SuitabilityAnswer(trial_id=trial.id, **facts))

    asked = read(owner_client.get(url(trial)).text, "next-step")

    assert "2 svar talar emot" in asked
    assert "1 svar att prata om" in asked


def test_what_looks_like_spam_is_said_before_anybody_says_yes(owner_client: SignedIn) -> None:
    with writing():
        trial = of("Siv Lund", TrialState.REQUESTED, is_suspect=True)

    assert "Den ser ut som skräppost." in read(owner_client.get(url(trial)).text, "next-step")
