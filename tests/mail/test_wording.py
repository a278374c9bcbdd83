"""Words with their placeholders, filled in once."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import writing
from app.enquiries.private_pages import read_key
from app.enquiries.services import answer
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.leads.models import Lead
from app.mail.first_templates import FIRST_TEMPLATES, FirstTemplate
from app.mail.placeholders import Placeholder, Recipient, all_placeholders, nearest_name, register
from app.mail.wording import Missing, Rendered, Words, has_loose_braces, render, render_example, unknown_names
from tests.conftest import NOW
from tests.enquiries.letters import recorded, sent
from tests.leads.cast import add_contact, add_lead


def _lead(name: str = "Siv Lund", owner: User | None = None) -> Lead:
    with writing():
        return add_lead(add_contact(name, email="siv@example.se"), owner=owner)


def _to(lead: Lead, language: str = "sv", at: datetime = NOW) -> Recipient:
    return Recipient(lead.id, "siv@example.se", language, at)


def _body(words: str, recipient: Recipient) -> str:
    rendered = render(Words("Hej", words), recipient)
    assert isinstance(rendered, Rendered)
    return rendered.body


@pytest.mark.parametrize("name", ["förnamn", "Förnamn", " FÖRNAMN ", "fo\u0308rnamn", "first name", "First  Name"])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_name_works_in_both_languages_however_it_is_typed(app: Flask, name: str, language: str) -> None:
    assert _body("Hej {{" + name + "}}!", _to(_lead(), language)) == "Hej Siv!"


def test_what_is_filled_in_is_not_looked_at_again(app: Flask) -> None:
    lead = _lead("{{företaget}} {{7*7}}")

    assert _body("{{namn}} | {{förnamn}}", _to(lead)) == "{{företaget}} {{7*7}} | {{företaget}}"


@pytest.mark.parametrize("typed", ["{{ 7*7 }}", "{{ config }}", "{{''.__class__}}", "{% if 1 %}", "%(name)s", "{0}"])
def test_nothing_that_is_typed_can_run(app: Flask, typed: str) -> None:
    assert render_example(Words("Hej", typed), "sv").body == typed


def test_each_room_gives_its_values(app: Flask, owner: User) -> None:
    lead = _lead(owner=owner)
    with writing():
        plan(lead, FollowUpKind.CALL, NOW + timedelta(days=1), NOW)

    words = "{{namn}}, {{ansvarig}}, {{företaget}}, {{företagets telefon}}, {{nästa tid}}"

    assert _body(words, _to(lead)) == "Siv Lund, Maj Ek, Stilla & Stark, 070-174 06 10, tisdag 24 november kl. 10.00"
    assert _body("{{next time}}", _to(lead, "en")) == "Tuesday 24 November at 10:00"


def test_a_next_step_of_a_whole_day_has_no_time_of_day(app: Flask) -> None:
    lead = _lead()
    day = (NOW + timedelta(days=1)).date()
    with writing():
        plan(lead, FollowUpKind.CALL, NOW + timedelta(days=1, hours=14), NOW, due_on=day)

    assert _body("{{nästa tid}}", _to(lead)) == "tisdag 24 november"


def test_the_page_of_ones_own_is_the_mailboxs(app: Flask, owner: User) -> None:
    enquiry = recorded(sent())
    assert enquiry.lead
    with writing():
        answer(enquiry.lead, "Så länge du vill.", owner, NOW)

    link = _body("{{länk till egna sidan}}", _to(enquiry.lead))

    assert link.startswith("https://ledtrad.example.se/p/")
    assert read_key(link.rpartition("/")[2].partition("?")[0], NOW).lead_id == enquiry.lead_id
    stranger = Recipient(enquiry.lead.id, "nils@example.se", "sv", NOW)
    assert render(Words("Hej", "{{länk till egna sidan}}"), stranger) == Missing(("länk till egna sidan",))


def test_what_has_no_value_is_named_once_in_the_recipients_language(app: Flask) -> None:
    lead = _lead()
    words = Words("{{ansvarig}}", "{{owner}} {{nästa tid}} {{förnamn}} {{okänd}}")

    assert render(words, _to(lead)) == Missing(("ansvarig", "nästa tid", "okänd"))
    assert render(words, _to(lead, "en")) == Missing(("owner", "next time", "okänd"))


def test_a_next_step_that_has_passed_is_not_told(app: Flask) -> None:
    lead = _lead()
    with writing():
        plan(lead, FollowUpKind.CALL, NOW + timedelta(hours=1), NOW)

    assert render(Words("Hej", "{{nästa tid}}"), _to(lead, at=NOW + timedelta(hours=1))) == Missing(("nästa tid",))


@pytest.mark.parametrize(
    "name", ["https://spam.example.com vinst", "www.spam.example.com", "Vinn på spel.example", "siv@example.se", "a/b"]
)
def test_a_name_that_carries_a_link_is_not_used(app: Flask, name: str) -> None:
    lead = _lead(name)

    assert render(Words("Hej", "Hej {{förnamn}}"), _to(lead)) == Missing(("förnamn",))


def test_a_lead_that_is_gone_leaves_its_words_missing(app: Flask) -> None:
    lead = _lead()
    to = _to(lead)
    with writing() as session:
        session.delete(session.get_one(Lead, lead.id))

    assert render(Words("Hej", "{{namn}} {{företaget}}"), to) == Missing(("namn",))


def test_a_subject_is_one_line_of_sixty_letters(app: Flask) -> None:
    lead = _lead("Siv " + "L" * 80)

    rendered = render(Words("Hej\n{{namn}}", "Hej"), _to(lead))

    assert isinstance(rendered, Rendered)
    assert rendered.subject == "Hej Siv " + "L" * 51 + "…"
    assert len(rendered.subject) == 60


def test_paragraphs_stand_between_blank_lines(app: Flask) -> None:
    rendered = render_example(Words("Hej", "Ett\nrad två\n\n \nTvå\n\n\n\nTre\n"), "sv")

    assert rendered.paragraphs == ("Ett\nrad två", "Två", "Tre")


def test_unknown_names_are_told_with_the_nearest_known(app: Flask) -> None:
    text = "{{ förnam }} {{förnam}} {{namn}} {{}} {{fist name}}"

    assert unknown_names(text) == ["förnam", "", "fist name"]
    assert (nearest_name("förnam", "sv"), nearest_name("fist name", "sv")) == ("förnamn", "förnamn")
    assert (nearest_name("fist name", "en"), nearest_name("qqqqqq", "sv")) == ("first name", None)


@pytest.mark.parametrize(
    ("text", "is_loose"),
    [("{{namn}}", False), ("{{namn", True), ("namn}}", True), ("{namn}", False), ("{{na{m}n}}", True), ("", False)],
)
def test_braces_without_the_other_are_seen(app: Flask, text: str, is_loose: bool) -> None:
    assert has_loose_braces(text) is is_loose


def test_a_name_is_registered_once(app: Flask) -> None:
    before = all_placeholders()

    with pytest.raises(ValueError, match="registered twice"):
        register(app, [Placeholder("Förnamn", "given name", "", "", lambda recipient: None)])

    assert all_placeholders() == before


@pytest.mark.parametrize("first", FIRST_TEMPLATES, ids=lambda first: first.key)
def test_the_houses_own_words_know_their_placeholders_and_keep_to_their_size(app: Flask, first: FirstTemplate) -> None:
    for words, language in ((first.swedish, "sv"), (first.english, "en")):
        rendered = render_example(words, language)

        assert unknown_names(words.subject + words.body) == []
        assert "{{" not in rendered.subject + rendered.body
        assert len(rendered.paragraphs) >= 3
        assert len(rendered.subject) <= 45
