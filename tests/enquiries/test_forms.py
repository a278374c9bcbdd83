import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import mail_addresses
from tests.enquiries.letters import enquiries, errors, field_values, filled, post_form


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"name": ""}, ["Skriv ditt namn."]),
        ({"name": " \n "}, ["Skriv ditt namn."]),
        ({"name": "Siv\nLund"}, ["Skriv på en rad."]),
        ({"name": "x" * 121}, ["Texten får ha högst 120 tecken. Nu har den 121."]),
        ({"message": ""}, ["Skriv vad du undrar."]),
        (
            {"message": "x" * 5001},
            ["Texten får ha högst 5\N{NO-BREAK SPACE}000 tecken. Nu har den 5\N{NO-BREAK SPACE}001."],
        ),
        ({"message": "a\x00b"}, ["Här finns tecken som inte kan sparas. Ta bort dem och försök igen."]),
        ({"email": ""}, ["Skriv din e-postadress eller ditt telefonnummer, så att vi kan nå dig."]),
        ({"email": "", "phone": "070-174 06 21", "tips": "y"}, ["Skriv din e-postadress om du vill ha tips."]),
        (
            {"email": "siv.example.se"},
            ["Det här ser inte ut som en e-postadress. Så här kan en se ut: namn@example.se."],
        ),
        ({"consent": None}, ["Kryssa i rutan. Utan ditt samtycke får vi inte spara det du skriver."]),
        ({"wish": "everything"}, ["Välj ett av alternativen."]),
        ({"subject_kind": "cat"}, ["Välj ett av alternativen."]),
        ({"reach_by": ""}, ["Välj ett av alternativen."]),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_on_top(
    app: Flask, client: FlaskClient, changes: dict[str, str | None], sentences: list[str]
) -> None:
    response = post_form(client, filled(app, **changes))

    assert response.status_code == 422
    assert errors(response) == sentences
    summary = response.text.partition('id="errors"')[2].partition("</form>")[0].partition("<form")[0]
    assert "autofocus" in summary
    assert all(sentence in summary for sentence in sentences)
    assert "Allt du har skrivit finns kvar." in summary
    assert enquiries() == []


def test_a_form_that_comes_back_has_every_word_and_the_same_number(app: Flask, client: FlaskClient) -> None:
    form = filled(
        app,
        name="",
        message="Citat: \"<b>&\" 'ö'\nny rad",
        phone="070-174 06 21",
        subject_kind="relative",
        subject_name="Mamma",
        reach_by="phone",
        tips="y",
        utm_source="brev",
        **{"from": "end"},
    )

    response = post_form(client, form)

    values = field_values(response)
    assert values["message"].replace("\r\n", "\n") == "Citat: &#34;&lt;b&gt;&amp;&#34; &#39;ö&#39;\nny rad"
    for name in ("token", "phone", "email", "subject_kind", "subject_name", "reach_by", "consent", "tips", "from"):
        assert values[name] == form[name], name
    assert values["utm_source"] == "brev"


def test_a_corrected_form_is_taken(app: Flask, client: FlaskClient) -> None:
    form = filled(app, name="")
    again = {**form, "token": field_values(post_form(client, form))["token"], "name": "Siv Lund"}

    assert post_form(client, again).status_code == 303
    assert len(enquiries()) == 1


def test_a_domain_that_takes_no_mail_is_refused_kindly(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["CHECK_MAIL_DOMAINS"] = True
    monkeypatch.setattr(mail_addresses, "_ask", lambda domain, _resolver: domain != "gone.example.se")

    refused = post_form(client, filled(app, email="siv@gone.example.se"))
    taken = post_form(client, filled(app, email="siv@there.example.se"))

    assert (refused.status_code, taken.status_code) == (422, 303)
    assert errors(refused) == ["Det går inte att skicka e-post till den adressen. Är det som står efter @ rätt?"]


@pytest.mark.parametrize("message", ["👩🏽‍🦽🐴", "مرحبا \u202eabc\u202c", "e\u0301", "a\tb", "\U0010fffd"])
def test_any_letter_is_stored_and_shown_as_it_was_written(app: Flask, client: FlaskClient, message: str) -> None:
    post_form(client, filled(app, message=message))

    [enquiry] = enquiries()
    assert enquiry.message in (message, "é")
