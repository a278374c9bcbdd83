"""The pages about templates, by what a person sees there."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.contacts.services import renew_terms
from app.core.db import db, writing
from app.leads.models import Lead
from app.mail.letters import write_letter
from app.mail.models import MailTemplate, Message
from app.mail.templates import Wording, add_template, current_version, rewrite, switch, versions_of
from app.mail.wording import Words
from tests.conftest import NOW
from tests.enquiries.letters import recorded
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, typed
from tests.signed_in import SignedIn

SWEDISH = Words("Hej från {{företaget}}", "Hej {{förnamn}}!\n\nVi hörs {{nästa tid}}.")
ENGLISH = Words("Hello from {{company}}", "Hello {{first name}}!\n\nUntil {{next time}}.")


@pytest.fixture
def hello(app: Flask) -> MailTemplate:
    """A template in both languages."""
    with writing():
        return add_template(Wording("Hälsning", "Greeting", SWEDISH, ENGLISH), None, NOW)


def _filled(**changes: str) -> dict[str, str]:
    return {
        "name_sv": "Tack",
        "subject_sv": "Tack för senast",
        "body_sv": "Hej {{förnamn}}!",
        "name_en": "",
        "subject_en": "",
        "body_en": "",
        **changes,
    }


def _see(browser: SignedIn, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return read(answer.text)


def test_an_empty_list_says_what_will_be_there(owner_client: SignedIn, staff_client: SignedIn) -> None:
    assert "Skriv den första" in _see(owner_client, "/messages/templates/")
    assert "Skriv den första" not in _see(staff_client, "/messages/templates/")


def test_the_list_shows_each_with_its_subject_and_what_is_lacking(owner_client: SignedIn, hello: MailTemplate) -> None:
    with writing():
        off = add_template(Wording("Gammal", "", SWEDISH, Words("", "")), None, NOW)
        switch(off, is_active=False)

    seen = _see(owner_client, "/messages/templates/").splitlines()

    assert seen[seen.index("Hälsning") :][:6] == [
        "Hälsning",
        "Hej från {{företaget}}",
        "Gammal",
        "Hej från {{företaget}}",
        "Avstängd",
        "Bara på svenska",
    ]


def test_the_list_takes_as_many_statements_for_thirty_as_for_one(
    owner_client: SignedIn, hello: MailTemplate, count_queries: Callable[[], int]
) -> None:
    counts = []
    for more in (0, 29):
        with writing():
            for number in range(more):
                add_template(Wording(f"Mall {number}", "", SWEDISH, ENGLISH), None, NOW)
        count_queries()
        owner_client.get("/messages/templates/")
        counts.append(count_queries())

    assert counts[0] == counts[1]


def test_a_template_is_shown_with_examples_in_both_languages(owner_client: SignedIn, hello: MailTemplate) -> None:
    seen = _see(owner_client, f"/messages/templates/{hello.id}")

    for words in ("Hej från Stilla & Stark", "Hej Siv!", "Vi hörs 24 november kl. 09.00.", "Hello Siv!"):
        assert words in seen
    assert "Until 24 November at 09:00." in seen
    assert "Följde med Ledtråd" in seen


def _lead(name: str = "Bo Ek") -> Lead:
    with writing():
        lead = add_lead(add_contact(name, email="bo@example.se"))
        renew_terms(lead.contact)
    return lead


def test_it_is_shown_for_a_lead_that_is_looked_for(owner_client: SignedIn, hello: MailTemplate) -> None:
    lead = _lead()

    found = owner_client.get(f"/messages/templates/{hello.id}?q=ek").text
    seen = _see(owner_client, f"/messages/templates/{hello.id}?lead={lead.id}")

    assert f"/messages/templates/{hello.id}?lead={lead.id}" in found
    assert "Så läser Bo Ek den" in seen
    assert "Saknar: nästa tid" in seen
    assert "Saknar: next time" in seen
    assert "Hej {{förnamn}}!" in seen
    assert "Ingen affär stämmer" in _see(owner_client, f"/messages/templates/{hello.id}?q=finnsinte")
    assert owner_client.get(f"/messages/templates/{hello.id}?lead=4711").status_code == 404


def test_a_preview_shows_no_link_to_the_visitors_own_page(owner_client: SignedIn) -> None:
    with writing():
        words = Words("Hej", "{{länk till egna sidan}}")
        template_id = add_template(Wording("Länk", "", words, Words("", "")), None, NOW).id
    enquiry = recorded()

    page = owner_client.get(f"/messages/templates/{template_id}?lead={enquiry.lead_id}")

    assert "[länken]" in page.text
    assert "/p/" not in page.text


def test_an_owner_adds_a_template(owner_client: SignedIn) -> None:
    answer = owner_client.post("/messages/templates/add", data=_filled(), follow_redirects=True)

    assert "Mallen är sparad." in answer.text
    assert "Tack för senast" in read(answer.text)
    assert "Maj Ek" in read(answer.text, "versions")


def test_a_change_makes_a_version_and_an_old_one_is_used_again(owner_client: SignedIn, hello: MailTemplate) -> None:
    form = owner_client.get(f"/messages/templates/{hello.id}/edit").text
    assert typed(form, "subject_sv") == "Hej från {{företaget}}"

    owner_client.post(f"/messages/templates/{hello.id}/edit", data=_filled(subject_sv="Nytt ämne"))
    first = versions_of(hello.id)[-1]
    changed = current_version(hello.id).subject_sv
    owner_client.post(f"/messages/templates/versions/{first.id}/use")

    db.session.expire_all()
    assert changed == "Nytt ämne"
    assert [version.subject_sv for version in versions_of(hello.id)] == [SWEDISH.subject, "Nytt ämne", SWEDISH.subject]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name_sv": " "}, "Skriv vad mallen ska heta."),
        ({"subject_sv": ""}, "Skriv ett ämne."),
        ({"body_sv": ""}, "Skriv en text."),
        ({"body_sv": "Hej {{förnam}}!"}, "{{förnam}} finns inte. Menade du {{förnamn}}?"),
        ({"body_sv": "{{xyzzy}}"}, "{{xyzzy}} finns inte. Välj en av platshållarna i listan."),
        ({"subject_sv": "Hej {{}}"}, "Skriv ett namn mellan {{ och }}."),
        ({"body_sv": "Hej {{förnamn}!"}, "Här står {{ eller }} utan sin andra hälft."),
        ({"subject_sv": "A" * 61}, "Ämnet är 61 tecken långt. Korta det till 60."),
        ({"subject_sv": "A" * 50 + " {{företaget}}"}, "Ämnet är 65 tecken långt."),
        ({"subject_sv": "Hej\nBcc: x@example.com"}, "Skriv på en rad."),
        ({"subject_en": "Hello"}, "Skriv en text, eller töm det engelska ämnet också."),
        ({"body_en": "Hello"}, "Skriv ett ämne, eller töm den engelska texten också."),
        ({"body_en": "{{first nam}}", "subject_en": "Hello"}, "{{first nam}} finns inte."),
    ],
)
def test_what_could_not_be_sent_is_refused_beside_its_field(
    owner_client: SignedIn, changes: dict[str, str], sentence: str
) -> None:
    answer = owner_client.post("/messages/templates/add", data=_filled(**changes))

    assert answer.status_code == 422
    assert sentence in read(answer.text)
    assert typed(answer.text, "name_sv") == _filled(**changes)["name_sv"].strip()
    assert db.session.scalars(select(MailTemplate)).all() == []


def test_typed_markup_stays_words(owner_client: SignedIn) -> None:
    body = "<script>alert(1)</script> {{förnamn}}"

    page = owner_client.post("/messages/templates/add", data=_filled(body_sv=body), follow_redirects=True)

    assert "<script>alert" not in page.text
    assert "<script>alert(1)</script> Siv" in read(page.text)


def test_it_is_switched_off_and_on(owner_client: SignedIn, hello: MailTemplate) -> None:
    off = owner_client.post(f"/messages/templates/{hello.id}/switch", data={"is_active": ""}, follow_redirects=True)
    assert "Mallen är avstängd och går inte att välja." in read(off.text)

    on = owner_client.post(f"/messages/templates/{hello.id}/switch", data={"is_active": "yes"}, follow_redirects=True)
    assert "Mallen är avstängd" not in read(on.text)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_test_goes_to_whoever_asks_and_tells_of_nobody(
    staff_client: SignedIn, hello: MailTemplate, language: str
) -> None:
    _lead()
    version = current_version(hello.id)

    answer = staff_client.post(f"/messages/templates/versions/{version.id}/test", data={"language": language})

    assert answer.status_code == 303
    message = db.session.scalars(select(Message)).one()
    assert (message.address, message.message_class, message.lead_id) == ("sixten@stilla.example.se", "internal", None)
    letter = write_letter(message)
    words = (
        ("Hej Siv!", "Vi hörs 24 november kl. 09.00.") if language == "sv" else ("Hello Siv!", "24 November at 09:00")
    )
    assert all(part in letter.words for part in words)


def test_a_test_of_what_is_said_no_more_still_says_it(staff_client: SignedIn, hello: MailTemplate) -> None:
    version = current_version(hello.id)
    staff_client.post(f"/messages/templates/versions/{version.id}/test", data={"language": "sv"})
    with writing():
        rewrite(hello, Wording("Hej", "", Words("Annat", "Annat"), Words("", "")), None, NOW)

    assert "Hej Siv!" in write_letter(db.session.scalars(select(Message)).one()).words


def test_staff_read_and_do_not_change(staff_client: SignedIn, hello: MailTemplate) -> None:
    seen = _see(staff_client, f"/messages/templates/{hello.id}")
    version = current_version(hello.id)

    refused = [
        staff_client.get(f"/messages/templates/{hello.id}/edit").status_code,
        staff_client.post(f"/messages/templates/{hello.id}/edit", data=_filled()).status_code,
        staff_client.post("/messages/templates/add", data=_filled()).status_code,
        staff_client.post(f"/messages/templates/{hello.id}/switch").status_code,
        staff_client.post(f"/messages/templates/versions/{version.id}/use").status_code,
    ]

    assert "Hej Siv!" in seen
    assert "Ändra mallen" not in seen
    assert refused == [403] * 5
    assert [kept.number for kept in versions_of(hello.id)] == [1]


def test_what_is_not_there_is_not_found(owner_client: SignedIn) -> None:
    assert owner_client.get("/messages/templates/4711").status_code == 404
    assert owner_client.post("/messages/templates/versions/4711/use").status_code == 404
