import sqlalchemy as sa

from app.contacts.models import Contact, PossibleDuplicate
from app.core.db import db, writing
from tests.leads.cast import add_contact
from tests.signed_in import SignedIn

SIV = {"name": "Siv Lund", "phone": "070-174 06 21", "email": "", "reach_by": "phone", "language": "en"}


def everybody() -> list[tuple[str, str | None, str]]:
    contacts = db.session.scalars(sa.select(Contact).order_by(Contact.id))
    return [(contact.name, contact.phone_e164, contact.language) for contact in contacts]


def test_a_contact_is_added_and_found_at_once(owner_client: SignedIn) -> None:
    answer = owner_client.post("/contacts/add", data=SIV)

    assert everybody() == [("Siv Lund", "+46701740621", "en")]
    contact_id = db.session.scalar(sa.select(Contact.id))
    assert (answer.status_code, answer.location) == (303, f"/contacts/{contact_id}")
    assert "Siv Lund" in owner_client.get("/contacts/?q=0701740621").text


def test_who_may_be_the_same_is_shown_before_anything_is_stored(owner_client: SignedIn) -> None:
    with writing():
        add_contact("Bo Ask", "070-174 06 21")
        add_contact("Siv Lund", "070-174 06 22")

    page = owner_client.post("/contacts/add", data=SIV).text

    assert "Är det någon av dem här?" in page
    assert page.index(">Bo Ask</a>") < page.index(">Siv Lund</a>")
    assert 'value="070-174 06 21"' in page
    assert len(everybody()) == 2


def test_a_contact_is_added_anyway_and_nobody_is_asked_about_them_again(owner_client: SignedIn) -> None:
    with writing():
        other = add_contact("Bo Ask", "070-174 06 21")
        db.session.flush()
        other_id = other.id

    owner_client.post("/contacts/add", data={**SIV, "anyway": "yes"})

    assert [name for name, _, _ in everybody()] == ["Bo Ask", "Siv Lund"]
    pair = db.session.scalars(sa.select(PossibleDuplicate)).one()
    assert (pair.other_id, pair.are_same, pair.decided_at is not None) == (other_id, False, True)


def test_a_contact_who_cannot_be_reached_is_refused_with_what_was_typed(owner_client: SignedIn) -> None:
    answer = owner_client.post("/contacts/add", data={**SIV, "phone": ""})

    assert answer.status_code == 422
    assert "Skriv ett telefonnummer eller en e-postadress." in answer.text
    assert 'value="Siv Lund"' in answer.text
    assert everybody() == []
