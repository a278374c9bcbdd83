import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.consultations.kinds import Audience
from app.contacts.consents import withdraw_consent
from app.contacts.models import Consent, ConsentPurpose
from app.core import form_tokens
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.language import local_day
from app.mail.models import Message
from app.trials.check_in_queries import allows_check_ins, check_in_on, check_ins_of
from app.trials.check_in_views import FORM, _store
from app.trials.check_ins import CheckInKind, Scale
from app.trials.models import Trial, TrialState
from app.trials.rating_forms import check_in_form
from app.trials.touch_points import TouchPoint, TouchPointKind
from app.trials.trial_links import trial_address
from tests.enquiries.letters import field_values, words
from tests.leads.page import typed
from tests.signed_in import SignedIn
from tests.storage_that_fails import full_storage
from tests.trials.cast import add_trial
from tests.trials.check_ins import A_DAY, asked_of_people, lent_to, say, told


@pytest.fixture
def scales(app: Flask) -> list[Scale]:
    """What a person is rated on: sleep first."""
    return asked_of_people()


def lent(state: TrialState = TrialState.OUT, **changes: Any) -> Trial:
    """Siv's trial, going on as the clock says; she has not said yes to anything."""
    today = local_day(now())
    days = {"starts_on": today - 3 * A_DAY, "ends_on": today + 17 * A_DAY, "handed_over_at": now() - 3 * A_DAY}
    return lent_to("Siv Lund", state, **{"has_said_yes": False, **days, **changes})


def path(trial: Trial, more: str = "") -> str:
    """Where the check-in's page is, on our own host."""
    page, _, language = trial_address(trial).removeprefix("https://ledtrad.example.se").partition("?")
    return f"{page}/check-in{more}?{language}"


def filled(trial: Trial, numbers: dict[Scale, int] | None = None, **changes: str) -> dict[str, str]:
    """The form as Siv sends it, the box for her consent ticked."""
    rated = {f"scale_{scale.id}": str(number) for scale, number in (numbers or {}).items()}
    return {"token": form_tokens.issue(FORM, trial.id, now()), "consent": "y", **rated, **changes}


def checked(response: TestResponse, scale: Scale) -> str | None:
    """What is chosen on a scale."""
    radios = re.findall(rf'<input[^>]*name="scale_{scale.id}"[^>]*>', response.text)
    chosen = [re.search(r'value="(\d*)"', radio) for radio in radios if "checked" in radio]
    return chosen[0][1] if len(chosen) == 1 and chosen[0] else None


def test_the_page_asks_on_each_scale_from_0_to_10_with_words_at_both_ends(
    client: FlaskClient, scales: list[Scale]
) -> None:
    response = client.get(path(lent()))

    page = words(response)
    assert response.status_code == 200
    assert "<h1>Hur går det?</h1>" in response.text
    assert "Det är din egen skattning och inget medicinskt resultat." in page
    assert "Sömn 0 Sover mycket dåligt 10 Sover mycket gott 0 1 2 3 4 5 6 7 8 9 10" in page
    assert response.text.count('type="radio"') == 12 * len(scales)
    assert [checked(response, scale) for scale in scales] == [""] * len(scales)
    assert "Jag samtycker till att ni sparar mina egna skattningar" in page
    assert "Det raderas 180 dagar efter att provperioden har avslutats." in page
    assert "Set-Cookie" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    assert "<script" not in response.text
    assert " style=" not in response.text


def test_a_horse_is_asked_about_as_a_horse(client: FlaskClient, scales: list[Scale]) -> None:
    page = words(client.get(path(lent(audience=Audience.HORSE))))

    assert "Hur har hästen det i dag?" in page
    assert "Stelhet efter vila" in page
    assert "Sömn" not in page


def test_the_page_speaks_the_language_of_whoever_borrows(client: FlaskClient, scales: list[Scale]) -> None:
    page = words(client.get(path(lent(language="en"))))

    assert "How is it going?" in page
    assert "Sleep 0 Sleep very badly 10 Sleep very well" in page
    assert "I agree that you store my own ratings" in page


def test_what_is_sent_is_kept_with_the_yes_and_the_curve_is_shown(client: FlaskClient, scales: list[Scale]) -> None:
    trial = lent()

    sent = client.post(path(trial), data=filled(trial, {scales[0]: 3, scales[1]: 0}, words="Sover oroligt"))
    shown = client.get(sent.location)

    assert sent.status_code == 303
    today = local_day(now())
    assert told(trial) == [(today, CheckInKind.OWN, {"Sömn": "3", "Ork": "0"}, "Sover oroligt")]
    consent = db.session.scalars(sa.select(Consent)).one()
    assert (consent.purpose, consent.text_version, consent.source, consent.language) == (
        ConsentPurpose.CHECK_INS,
        "check-ins-1",
        "check-in",
        "sv",
    )
    page = words(shown)
    assert "<h1>Tack, det är sparat</h1>" in shown.text
    assert "Egen skattning" in page
    assert 'aria-label="Sömn: 3 av 10 efter 3 dagar."' in shown.text
    assert shown.text.count('<svg class="curve"') == 2
    assert "i dag 3 0 Sover oroligt" in page


def test_the_same_day_again_is_shown_filled_and_changes_it(client: FlaskClient, scales: list[Scale]) -> None:
    trial = lent()
    client.post(path(trial), data=filled(trial, {scales[0]: 3, scales[1]: 7}, words="Sover oroligt", wants_call="y"))

    again = client.get(path(trial))
    client.post(path(trial), data=filled(trial, {scales[0]: 4}, consent=""))

    assert [checked(again, scale) for scale in scales[:3]] == ["3", "7", ""]
    assert typed(again.text, "words") == "Sover oroligt"
    assert 'name="consent"' not in again.text
    assert [(numbers, text) for _, _, numbers, text in told(trial)] == [({"Sömn": "4"}, None)]


def test_without_the_box_nothing_is_kept_and_everything_typed_is_still_there(
    client: FlaskClient, scales: list[Scale]
) -> None:
    trial = lent()

    response = client.post(path(trial), data=filled(trial, {scales[0]: 3}, words="Sover oroligt", consent=""))

    assert response.status_code == 422
    assert "Utan ett samtycke får skattningarna inte sparas." in words(response)
    assert checked(response, scales[0]) == "3"
    assert typed(response.text, "words") == "Sover oroligt"
    assert told(trial) == []
    assert db.session.scalars(sa.select(Consent)).all() == []


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({}, 409, "Välj en siffra, skriv en rad eller be oss ringa."),
        ({"words": "x" * 1001}, 422, "Texten får ha högst 1 000 tecken. Nu har den 1 001."),
        ({"scale": "11"}, 422, "Välj en siffra från 0 till 10."),
        ({"scale": "tre"}, 422, "Välj en siffra från 0 till 10."),
        ({"scale": "tre", "consent": ""}, 422, "Välj en siffra från 0 till 10."),
        ({"words": "Sover", "token": "trasig"}, 400, "Något gick fel på vägen hit."),
    ],
    ids=["nothing", "too long", "off the scale", "no number", "no number and no yes", "damaged"],
)
def test_what_is_refused_says_why_and_keeps_nothing(
    client: FlaskClient, scales: list[Scale], changes: dict[str, str], status: int, sentence: str
) -> None:
    trial = lent()
    named = {name.replace("scale", f"scale_{scales[0].id}"): value for name, value in changes.items()}

    response = client.post(path(trial), data=filled(trial, **named))

    assert response.status_code == status
    assert sentence in words(response)
    assert told(trial) == []
    assert db.session.scalars(sa.select(Consent)).all() == []


def test_a_page_that_was_open_for_long_comes_back_filled_and_can_be_sent(
    client: FlaskClient, scales: list[Scale]
) -> None:
    trial = lent()
    old = form_tokens.issue(FORM, trial.id, now() - timedelta(hours=25))

    response = client.post(path(trial), data=filled(trial, {scales[0]: 3}, token=old))
    again = {**filled(trial, {scales[0]: 3}), "token": field_values(response)["token"]}

    assert response.status_code == 422
    assert "Sidan hade varit öppen länge." in words(response)
    assert checked(response, scales[0]) == "3"
    assert client.post(path(trial), data=again).status_code == 303
    assert len(told(trial)) == 1


def test_bytes_that_are_no_text_are_refused(client: FlaskClient, scales: list[Scale]) -> None:
    trial = lent()
    body = b"words=%E5&consent=y&token=" + filled(trial)["token"].encode()

    response = client.post(path(trial), data=body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 400
    assert "tecken som inte gick att läsa" in words(response)
    assert told(trial) == []


def test_when_it_cannot_be_stored_the_whole_form_comes_back_to_send_again(
    client: FlaskClient, scales: list[Scale]
) -> None:
    trial = lent()
    form = filled(trial, {scales[0]: 3}, words="Sover oroligt")
    address = path(trial)

    with full_storage("INSERT INTO check_in"):
        response = client.post(address, data=form)

    assert response.status_code == 503
    assert "Inget har skickats än." in words(response)
    assert field_values(response) | form == field_values(response)
    db.session.rollback()
    assert told(trial) == []
    assert client.post(address, data=form).status_code == 303


def test_who_wants_a_call_hears_that_we_call_and_we_are_told_without_a_word_of_why(
    client: FlaskClient, scales: list[Scale]
) -> None:
    trial = lent()

    sent = client.post(path(trial), data=filled(trial, words="Ont i ryggen", wants_call="y"))

    assert "Vi har fått det och ringer dig" in words(client.get(sent.location))
    assert [message.kind for message in db.session.scalars(sa.select(Message))] == ["trial_call_notice"]


def test_a_check_in_that_was_asked_for_is_known_as_that(client: FlaskClient, scales: list[Scale]) -> None:
    trial = lent()
    with writing():
        db.session.add(TouchPoint(trial=trial, kind=TouchPointKind.CHECK_IN_EARLY, due_on=local_day(now())))

    client.post(path(trial), data=filled(trial, {scales[0]: 3}))

    assert [kind for _, kind, *_ in told(trial)] == [CheckInKind.EARLY]


@pytest.mark.parametrize(
    ("state", "handed_over", "sentence"),
    [
        (TrialState.RESERVED, False, "Här berättar du hur det går, när du har fått enheten."),
        (TrialState.RECEIVED, True, "Provperioden är över, så vi behöver inga fler svar."),
    ],
)
def test_before_and_after_nothing_is_asked_and_nothing_taken(
    client: FlaskClient, scales: list[Scale], state: TrialState, handed_over: bool, sentence: str
) -> None:
    trial = lent(state, handed_over_at=now() - A_DAY if handed_over else None)

    page = client.get(path(trial))
    sent = client.post(path(trial), data=filled(trial, {scales[0]: 3}))

    assert sentence in words(page)
    assert 'type="radio"' not in page.text
    assert sent.status_code == 409
    assert "Avstämningar görs under provperioden" in words(sent)
    assert told(trial) == []


def test_afterwards_the_borrower_still_sees_their_curve(client: FlaskClient, scales: list[Scale]) -> None:
    trial = lent(has_said_yes=True)
    say(trial, {scales[0]: 3}, now=now())
    with writing():
        trial.state = TrialState.RECEIVED

    assert "Egen skattning" in words(client.get(path(trial)))


def test_a_dead_link_and_one_of_somebody_erased_lead_nowhere(client: FlaskClient, scales: list[Scale]) -> None:
    trial = lent()
    address = path(trial)
    with writing():
        trial.lead = None

    assert client.get("/trial/trasig/check-in").status_code == 404
    assert client.get(address).status_code == 404
    assert client.post(address, data=filled(trial, {scales[0]: 3})).status_code == 404


# A yes taken back


def test_a_link_alone_takes_nothing_back(client: FlaskClient, scales: list[Scale]) -> None:
    trial = lent(has_said_yes=True)
    say(trial, {scales[0]: 3}, now=now())

    page = client.get(path(trial))
    asked = client.get(path(trial, "/withdraw"))

    assert "Ta tillbaka mitt samtycke och radera" in words(page)
    assert "Ja, ta tillbaka och radera" in words(asked)
    assert len(told(trial)) == 1


def test_the_button_deletes_everything_and_says_so(client: FlaskClient, scales: list[Scale]) -> None:
    trial = lent(has_said_yes=True)
    say(trial, {scales[0]: 3}, now=now() - A_DAY)
    say(trial, {scales[0]: 4}, now=now())

    done = client.post(path(trial, "/withdraw"))
    page = client.get(done.location)
    once_more = client.post(path(trial, "/withdraw"))

    assert done.status_code == once_more.status_code == 303
    db.session.rollback()
    assert told(trial) == []
    assert "allt du har svarat är raderat" in words(page)
    assert 'type="radio"' not in page.text
    assert '<svg class="curve"' not in page.text
    assert client.get(path(trial, "/withdraw")).status_code == 302


def test_who_asks_in_the_name_of_somebody_else_neither_sees_nor_takes_back_their_yes(
    client: FlaskClient, scales: list[Scale]
) -> None:
    trial = lent(has_said_yes=True)
    say(trial, {scales[0]: 3}, now=now())
    with writing():
        asked = add_trial(trial.lead, state=TrialState.REQUESTED)

    page, refused = client.get(path(asked)), client.post(path(asked), data=filled(asked, {scales[0]: 3}))
    client.post(path(asked, "/withdraw"))

    assert "samtycke" not in words(page)
    assert 'name="consent"' in refused.text
    db.session.rollback()
    assert len(told(trial)) == 1
    assert allows_check_ins(trial)


def test_a_form_without_the_box_gives_no_yes_that_was_taken_back_meanwhile(app: Flask, scales: list[Scale]) -> None:
    trial = lent(has_said_yes=True)
    with app.test_request_context():
        form = check_in_form(trial, MultiDict({f"scale_{scales[0].id}": "3"}))
    with writing():
        assert trial.lead is not None
        withdraw_consent([trial.lead.contact], ConsentPurpose.CHECK_INS, None, now())

    with app.test_request_context(), pytest.raises(RuleBroken, match="sagt ja"):
        _store(trial.id, form)

    assert told(trial) == []


def test_who_changes_their_mind_may_say_yes_again(client: FlaskClient, scales: list[Scale]) -> None:
    trial = lent(has_said_yes=True)
    client.post(path(trial, "/withdraw"))

    page = client.get(path(trial))
    sent = client.post(path(trial), data=filled(trial, {scales[0]: 3}))

    assert 'name="consent"' in page.text
    assert sent.status_code == 303
    found = check_in_on(trial.id, local_day(now()))
    assert found is not None
    assert len(check_ins_of(trial.id)) == 1


# The same curve, at our desk


def test_the_trial_and_its_lead_draw_the_curve_for_us_with_their_own_words(
    owner_client: SignedIn, scales: list[Scale]
) -> None:
    trial = lent(has_said_yes=True)
    say(trial, {scales[0]: 3}, now=now() - 2 * A_DAY, words="Sover oroligt")
    say(trial, {scales[0]: 6}, now=now(), wants_call=True)

    pages = [owner_client.get(path) for path in (f"/trials/{trial.id}", f"/leads/{trial.lead_id}")]

    for page in pages:
        assert page.text.count('<svg class="curve"') == 1
        assert "Sömn: 3 av 10 efter 1 dag, 6 av 10 efter 3 dagar. Som lägst 3, som högst 6." in page.text
        assert "i dag 6 Bad om att bli uppringd." in words(page)
        assert "Sover oroligt" in words(page)
        assert "curve.css" in page.text


def test_before_the_first_check_in_nothing_is_drawn(owner_client: SignedIn, scales: list[Scale]) -> None:
    trial = lent()

    for page in (owner_client.get(path) for path in (f"/trials/{trial.id}", f"/leads/{trial.lead_id}")):
        assert page.status_code == 200
        assert "own-ratings" not in page.text
