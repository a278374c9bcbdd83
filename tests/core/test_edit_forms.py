"""Who saves over a change they have not seen is told of it, and loses nothing of what they typed."""

import re
from datetime import time

import pytest

from app.accounts.models import User
from app.articles.models import Article, ArticleFormat
from app.contacts.models import Contact, ReachBy
from app.core.db import db, writing
from app.mail.templates import Wording, add_template
from app.mail.wording import Words
from app.settings.queries import the_business
from tests.conftest import NOW
from tests.leads.cast import add_contact
from tests.signed_in import SignedIn

LATE = "Någon hann före dig"


def seen_in(page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="(\w+)"', page)
    assert found
    return found[1]


@pytest.fixture
def siv() -> Contact:
    with writing():
        return add_contact(name="Siv Berg", email="siv@example.se", phone="070-174 06 05")


def typed(**changed: str) -> dict[str, str]:
    facts = {"name": "Siv Berg", "phone": "070-174 06 05", "email": "siv@example.se", "reach_by": "any"}
    return {**facts, "language": "sv", **changed}


def test_a_change_that_somebody_has_not_seen_is_shown_to_them_before_theirs_is_stored(
    owner_client: SignedIn, owner: User, siv: Contact
) -> None:
    address = f"/contacts/{siv.id}/edit"
    mark = seen_in(owner_client.get(address).text)
    owner_client.post(address, data=typed(phone="070-174 06 06", reach_by="phone", seen=mark))

    late = owner_client.post(address, data=typed(name="Siv Bergström", seen=mark))
    kept = db.session.get_one(Contact, siv.id, populate_existing=True)
    assert (late.status_code, kept.name, kept.reach_by) == (422, "Siv Berg", ReachBy.PHONE)
    assert LATE in late.text
    assert f"{owner.name} ändrade det här i dag" in late.text
    assert "Nu står här: 070-174 06 06" in late.text
    assert "Nu står här: Siv Berg<" in late.text
    assert 'value="Siv Bergström"' in late.text

    again = owner_client.post(address, data=typed(name="Siv Bergström", seen=seen_in(late.text)))
    kept = db.session.get_one(Contact, siv.id, populate_existing=True)
    assert (again.status_code, kept.name, kept.reach_by) == (303, "Siv Bergström", ReachBy.ANY)


def test_the_same_change_made_twice_and_a_form_without_a_mark_are_stored(owner_client: SignedIn, siv: Contact) -> None:
    address = f"/contacts/{siv.id}/edit"
    mark = seen_in(owner_client.get(address).text)
    owner_client.post(address, data=typed(name="Siv Alm", seen=mark))

    same = owner_client.post(address, data=typed(name="Siv Alm", seen=mark))
    unmarked = owner_client.post(address, data=typed(name="Siv Ek"))

    assert (same.status_code, unmarked.status_code) == (303, 303)
    assert db.session.get_one(Contact, siv.id, populate_existing=True).name == "Siv Ek"


def test_what_is_wrong_is_said_beside_what_has_changed(owner_client: SignedIn, siv: Contact) -> None:
    address = f"/contacts/{siv.id}/edit"
    mark = seen_in(owner_client.get(address).text)
    owner_client.post(address, data=typed(phone="", seen=mark))

    late = owner_client.post(address, data=typed(name="", seen=mark)).text

    assert "Skriv ett namn. Nu står här: Siv Berg" in late
    assert "Nu är det tomt här." in late


def test_the_business_is_guarded(owner_client: SignedIn) -> None:
    mark = seen_in(owner_client.get("/settings/").text)
    facts = {"name": "Stilla & Stark", "email": "hej@example.se", "language": "sv", "closes_at": "17:00"}
    with writing():
        the_business().closes_at = time(15, 0)

    late = owner_client.post("/settings/", data={**facts, "seen": mark})

    assert late.status_code == 422
    assert "Det här ändrades medan du hade sidan öppen." in late.text
    assert "Nu står här: 15:00" in late.text


def test_a_template_is_guarded(owner_client: SignedIn, owner: User) -> None:
    words, none = Words("Tack", "Tack för samtalet."), Words("", "")
    with writing():
        template_id = add_template(Wording("Tack", "", words, none), owner.id, NOW).id
    address = f"/messages/templates/{template_id}/edit"
    mark = seen_in(owner_client.get(address).text)
    facts = {"name_sv": "Tack", "subject_sv": "Tack", "seen": mark}
    owner_client.post(address, data={**facts, "body_sv": "Hej och tack."})

    late = owner_client.post(address, data={**facts, "body_sv": "Tack och hej."})

    assert late.status_code == 422
    assert "Nu står här: Hej och tack." in late.text


def test_an_article_is_guarded(owner_client: SignedIn) -> None:
    with writing() as storage:
        article = Article(slug="somn", title="Sömn", format=ArticleFormat.TEXT, created_at=NOW, updated_at=NOW)
        storage.add(article)
    address = f"/articles/manage/{article.id}/edit"
    mark = seen_in(owner_client.get(address).text)
    owner_client.post(address, data={"text": "Rubrik\n\nDen enas ord.", "language": "sv", "seen": mark})

    late = owner_client.post(address, data={"text": "Rubrik\n\nDen andras ord.", "language": "sv", "seen": mark})

    assert late.status_code == 422
    assert "Den enas ord." in late.text
    assert "Den andras ord." in late.text
