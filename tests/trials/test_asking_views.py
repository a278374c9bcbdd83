from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.consultations.kinds import Audience
from app.contacts.models import Consent, ConsentPurpose, SubjectKind
from app.core import form_tokens, links
from app.core.clock import now
from app.core.db import db, writing
from app.enquiries.public import THANKS
from app.follow_ups.appointments import next_appointment
from app.leads.models import EventKind, Lead
from app.trials.asking_forms import field_name
from app.trials.asking_queries import answers_of
from app.trials.asking_views import FORM
from app.trials.models import Trial, TrialState
from app.trials.suitability import SuitabilityAnswer, Verdict
from app.trials.units import DeviceModel
from tests.conftest import NOW
from tests.consultations.cast import events_of
from tests.enquiries.letters import add_article, field_values, recorded, sent, words
from tests.storage_that_fails import full_storage
from tests.trials.asked import add_question, filled, offer, send, token_in, trials


def test_where_there_is_a_choice_the_models_that_are_offered_are_shown(client: FlaskClient, app: Flask) -> None:
    offer(about_sv="En madrass att ligga på.", usual_days=21, deposit_ore=200_000)
    offer("bm-stall", name="BM Stall", audience=Audience.HORSE, usual_days=10)
    offer("bm-x", name="BM X", is_offered=False)

    page = words(client.get("/try?article=sova-battre"))

    assert "BM Hem 3 veckor · deposition 2 000 kr, som du får tillbaka · För människor En madrass att ligga på." in page
    assert "BM Stall 10 dagar · För hästar" in page
    assert "BM X" not in page


def test_where_there_is_no_choice_the_form_comes_at_once(client: FlaskClient, app: Flask) -> None:
    offer()

    answer = client.get("/try?article=sova-battre")

    assert (answer.status_code, answer.location) == (302, "/try/bm-hem?article=sova-battre")


def test_where_nothing_is_offered_the_page_leads_to_us(client: FlaskClient, app: Flask) -> None:
    assert "Just nu finns inget att välja här." in words(client.get("/try"))


def test_a_model_that_is_not_offered_any_more_is_said_to_be_so(client: FlaskClient, app: Flask) -> None:
    offer(is_offered=False)
    offer("bm-stall", name="BM Stall")

    answer = client.get("/try/bm-hem")

    assert answer.status_code == 410
    assert "BM Hem går inte att låna just nu." in words(answer)
    assert "BM Stall" in words(answer)


def test_the_form_asks_who_where_and_what_the_owner_wants_to_know(client: FlaskClient, app: Flask) -> None:
    offer()
    add_question()
    add_question("Är stoet dräktigt?", audience=Audience.HORSE)
    add_question("Frågas inte nu?", is_active=False)

    response = client.get("/try/bm-hem")

    page = words(response)
    for expected in (
        "Prova BM Hem hemma",
        "Vem gäller det? Mig själv En anhörig Den anhörigas namn (valfritt)",
        "Har du en pacemaker? Ja Nej Vet inte",
        "Gata och nummer Postnummer Ort",
        "Jag samtycker till att ni sparar det jag skriver, även uppgifter om hälsa",
    ):
        assert expected in page
    assert "dräktigt" not in page
    assert "Frågas inte nu?" not in page
    assert response.text.count("checked") == 1  # "Mig själv", and no answer
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


def test_a_model_for_both_asks_first_who_is_to_try(client: FlaskClient, app: Flask) -> None:
    offer(audience=Audience.BOTH)
    add_question()
    add_question("Är stoet dräktigt?", audience=Audience.HORSE)
    add_question("Behandlas någon just nu?", audience=Audience.BOTH)

    first = client.get("/try/bm-hem")
    person, horse = (words(client.get(f"/try/bm-hem?about={about}")) for about in ("person", "horse"))

    assert "Vem ska prova?" in words(first)
    assert 'href="/try/bm-hem?about=horse"' in first.text
    assert "pacemaker" in person
    assert "dräktigt" not in person
    assert "Hästens namn" in horse
    assert "Är stoet dräktigt?" in horse
    assert "Behandlas någon just nu?" in person
    assert "Behandlas någon just nu?" in horse


def test_a_filled_form_is_a_trial_with_lead_answers_consents_and_article(client: FlaskClient, app: Flask) -> None:
    model, article, question = offer(), add_article(), add_question()
    changes = {field_name(question): "no", "wishes": "Jag är 640823-3234.", "tips": "y"}

    response = send(client, "/try/bm-hem?article=sova-battre", filled(model, **changes))
    page = words(client.get(response.location))

    assert response.status_code == 303
    [trial] = trials()
    assert (trial.state, trial.audience, trial.is_suspect) == (TrialState.REQUESTED, Audience.PERSON, False)
    assert (trial.borrower_name, trial.email, trial.phone) == ("Siv Lund", "siv@example.se", "070-174 06 21")
    assert (trial.street_address, trial.postcode, trial.city) == ("Ängsvägen 2", "743 30", "Storvreta")
    assert (trial.wishes, trial.article_id) == ("Jag är [personnummer borttaget].", article.id)
    [answer] = answers_of(trial.id)
    assert (answer.question, answer.answer, answer.verdict) == ("Har du en pacemaker?", "no", "fine")
    lead = trial.lead
    assert lead is not None
    assert (lead.contact.name, lead.subject.kind, lead.article_id) == ("Siv Lund", SubjectKind.SELF, article.id)
    assert events_of(lead) == [EventKind.TRIAL_REQUESTED]
    step = next_appointment(lead.id)
    assert step is not None
    assert (str(step.words), step.due_at) == ("Bedöm om provperioden passar", lead.next_step_at)
    consents = db.session.execute(sa.select(Consent.purpose, Consent.text_version, Consent.source)).all()
    assert sorted(map(tuple, consents)) == [
        (ConsentPurpose.ANSWER, "answer-1", "trial"),
        (ConsentPurpose.TIPS, "tips-2", "trial"),
    ]
    assert "Tack! Vi har fått din önskan att prova." in page


def test_an_answer_that_means_stop_is_ours_to_judge(client: FlaskClient, app: Flask) -> None:
    model, question = offer(), add_question()

    response = send(client, "/try/bm-hem", filled(model, **{field_name(question): "yes"}))
    page = words(client.get(response.location))

    [trial] = trials()
    assert trial.state is TrialState.REQUESTED
    assert [answer.verdict for answer in answers_of(trial.id)] == [Verdict.STOP]
    assert "Tack! Vi har fått din önskan att prova." in page
    assert "I dina svar finns något som vi vill prata med dig om först." in page
    assert "pacemaker" not in page


def test_to_be_unsure_always_means_to_talk_first(client: FlaskClient, app: Flask) -> None:
    model, question = offer(), add_question(on_yes=Verdict.FINE)

    send(client, "/try/bm-hem", filled(model, **{field_name(question): "unsure"}))

    assert [answer.verdict for answer in answers_of(trials()[0].id)] == [Verdict.ASK]


def test_the_same_form_again_is_one_trial_and_the_same_page(client: FlaskClient, app: Flask) -> None:
    model = offer()
    fields = filled(model)

    answers = [send(client, "/try/bm-hem", fields) for _ in range(3)]

    assert {(answer.status_code, answer.location) for answer in answers} == {(303, answers[0].location)}
    assert len(trials()) == 1


def test_what_is_missing_is_said_and_all_else_is_kept(client: FlaskClient, app: Flask) -> None:
    model, question = offer(), add_question()
    nobody = {"name": "", "email": "", "phone": "", "street_address": "", "consent": None, "wishes": "Gärna i mars"}

    response = send(client, "/try/bm-hem", filled(model, **nobody))

    page, values = words(response), field_values(response)
    assert response.status_code == 422
    for sentence in (
        "Skriv ditt namn.",
        "Skriv din e-postadress eller ditt telefonnummer, så att vi kan nå dig.",
        "Skriv adressen, så att vi hittar.",
        "Har du en pacemaker? Svara ja, nej eller vet inte.",
        "Kryssa i rutan. Utan ditt samtycke får vi inte spara det du skriver.",
    ):
        assert sentence in page
    assert f'href="#{field_name(question)}-0"' in response.text
    assert (values["postcode"], values["wishes"]) == ("743 30", "Gärna i mars")
    assert trials() == []


def test_an_expired_page_keeps_what_was_typed_and_sends_the_second_time(client: FlaskClient, app: Flask) -> None:
    model, question = offer(), add_question()
    old = filled(model, timedelta(hours=25), wishes="Gärna i mars", **{field_name(question): "no"})

    response = send(client, "/try/bm-hem", old)
    again = send(client, "/try/bm-hem", {**old, **field_values(response)})

    assert response.status_code == 422
    assert "Sidan hade varit öppen länge." in words(response)
    assert again.status_code == 303
    assert trials()[0].wishes == "Gärna i mars"


def test_a_full_disk_keeps_what_was_typed(client: FlaskClient, app: Flask) -> None:
    model = offer()
    fields = filled(model, wishes="Gärna i mars")

    with full_storage("INSERT INTO trial"):
        response = send(client, "/try/bm-hem", fields)
    again = send(client, "/try/bm-hem", field_values(response))

    assert response.status_code == 503
    assert "Inget har skickats än." in words(response)
    assert again.status_code == 303
    assert trials()[0].wishes == "Gärna i mars"


def test_bytes_that_are_no_text_go_back_with_the_rest(client: FlaskClient, app: Flask) -> None:
    model = offer()
    body = b"name=Siv%FF&city=Storvreta&token=" + filled(model)["token"].encode()

    response = client.post("/try/bm-hem", data=body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 400
    assert field_values(response)["city"] == "Storvreta"
    assert trials() == []


@pytest.mark.parametrize(
    ("changes", "age"),
    [({"website": "x"}, 20), ({}, 1), ({"wishes": "[url=x]x[/url]"}, 20)],
    ids=["the trap", "too fast", "odd words"],
)
def test_what_looks_like_spam_is_a_suspect_trial_and_the_same_page(
    client: FlaskClient, app: Flask, changes: dict[str, str], age: int
) -> None:
    model = offer()

    response = send(client, "/try/bm-hem", filled(model, timedelta(seconds=age), **changes))

    assert response.status_code == 303
    assert "Tack! Vi har fått din önskan att prova." in words(client.get(response.location))
    assert trials()[0].is_suspect


def test_a_model_that_is_withdrawn_meanwhile_is_refused_with_the_answers_kept(client: FlaskClient, app: Flask) -> None:
    model = offer()
    fields = filled(model, wishes="Gärna i mars")
    with writing() as session:
        session.get_one(DeviceModel, model.id).is_offered = False

    response = send(client, "/try/bm-hem", fields)

    assert response.status_code == 409
    assert "BM Hem går inte att låna just nu. Skriv eller ring till oss i stället." in words(response)
    assert field_values(response)["wishes"] == "Gärna i mars"


def test_a_question_that_was_changed_meanwhile_is_asked_again(client: FlaskClient, app: Flask) -> None:
    model, question = offer(), add_question()
    fields = filled(model, **{field_name(question): "no"})
    with writing() as session:
        session.delete(session.merge(question))
    add_question("Har du en pacemaker eller pump?")

    response = send(client, "/try/bm-hem", fields)

    assert response.status_code == 422
    assert "Har du en pacemaker eller pump? Svara ja, nej eller vet inte." in words(response)
    assert field_values(response)["name"] == "Siv Lund"


# Who is known already


def thanks_of(email: str | None = "siv@example.se", **changes: object) -> tuple[str, Lead | None]:
    """The token of a thanks page, and the lead of what was sent."""
    enquiry = recorded(sent(email=email, **changes), now())
    return links.sign(THANKS, enquiry.reference, now() + timedelta(days=1)), enquiry.lead


def test_whoever_is_known_says_only_what_is_missing(client: FlaskClient, app: Flask) -> None:
    model, question = offer(audience=Audience.BOTH), add_question()
    token, lead = thanks_of()
    address = f"/try/bm-hem?known={token}"
    asked = dict.fromkeys(("name", "phone", "email", "subject_kind"), "")

    page = words(client.get(address))
    response = send(client, address, filled(model, **{**asked, field_name(question): "no"}))

    assert "Vem du är och hur vi når dig vet vi redan" in page
    assert "Ditt namn" not in page
    assert response.status_code == 303
    [trial] = trials()
    assert trial.lead == lead
    assert (trial.email, trial.borrower_name, trial.is_suspect) == ("siv@example.se", "Siv Lund", False)


def test_whom_a_model_is_not_for_is_asked_as_a_stranger(client: FlaskClient, app: Flask) -> None:
    offer(audience=Audience.HORSE)
    token, _ = thanks_of()

    assert "Ditt namn" in words(client.get(f"/try/bm-hem?known={token}"))
    assert client.get(f"/try?known={token}").status_code == 200


def test_whoever_tries_already_is_known_by_that_page_with_the_address(client: FlaskClient, app: Flask) -> None:
    model = offer()
    first = send(client, "/try/bm-hem", filled(model))
    address = f"/try/bm-hem?known={token_in(first.location)}"

    form = field_values(client.get(address))
    again = send(client, address, {**form, "consent": "y"})

    assert (form["street_address"], form["postcode"], form["city"]) == ("Ängsvägen 2", "743 30", "Storvreta")
    assert again.status_code == 303
    one, other = trials()
    assert one.lead_id == other.lead_id
    assert other.email == "siv@example.se"


def test_a_suspect_stays_one_whatever_page_they_come_from(client: FlaskClient, app: Flask) -> None:
    model = offer()
    first = send(client, "/try/bm-hem", filled(model, website="x"))
    address = f"/try/bm-hem?known={token_in(first.location)}"

    send(client, address, filled(model))

    assert [trial.is_suspect for trial in trials()] == [True, True]


def test_the_answers_go_with_the_trial(client: FlaskClient, app: Flask) -> None:
    model, question = offer(), add_question()
    send(client, "/try/bm-hem", filled(model, **{field_name(question): "no"}))
    with writing() as session:
        session.delete(session.get_one(Trial, trials()[0].id))

    assert db.session.query(SuitabilityAnswer).count() == 0


def test_the_form_of_another_model_is_not_taken(client: FlaskClient, app: Flask) -> None:
    model = offer()
    fields = {**filled(model), "token": form_tokens.issue(FORM, "bm-stall", NOW)}

    assert send(client, "/try/bm-hem", fields).status_code == 400
    assert trials() == []
