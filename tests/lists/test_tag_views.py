import pytest
from flask import Flask

from app.contacts.tags import every_tag, find_or_add_tag, tag_contact, tags_of_contacts
from app.core.db import writing
from app.leads.models import Lead
from app.leads.tags import tag_lead, tags_of_leads
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead
from tests.leads.page import read, typed, undo_in
from tests.signed_in import SignedIn


@pytest.fixture
def lead(app: Flask) -> Lead:
    with writing():
        return add_lead(add_contact())


def carried(lead: Lead) -> tuple[list[str], list[str]]:
    """What the lead carries, and its contact."""
    leads, contacts = tags_of_leads([lead.id]), tags_of_contacts([lead.contact_id])
    return [tag.name for tag in leads.get(lead.id, [])], [tag.name for tag in contacts.get(lead.contact_id, [])]


def test_a_lead_and_a_contact_are_tagged_on_their_pages(lead: Lead, owner_client: SignedIn) -> None:
    pages = f"/leads/{lead.id}", f"/contacts/{lead.contact_id}"

    answers = [owner_client.post(f"{page}/tags", data={"name": " Mässan "}) for page in pages]

    assert [answer.location for answer in answers] == [f"{page}#tags-title" for page in pages]
    assert carried(lead) == (["Mässan"], ["Mässan"])
    assert ["Mässan" in read(owner_client.get(page).text, "tags-title") for page in pages] == [True, True]
    assert '<option value="Mässan">' in owner_client.get(pages[0]).text


def test_a_tag_is_taken_off_and_put_back(lead: Lead, owner_client: SignedIn) -> None:
    with writing():
        tag = find_or_add_tag("Mässan")
        tag_lead(lead, tag)
        tag_contact(lead.contact, tag)

    for page in (f"/leads/{lead.id}", f"/contacts/{lead.contact_id}"):
        owner_client.post(f"{page}/tags/{tag.id}/remove")
    taken = carried(lead)
    undo = f'action="/leads/{lead.id}/tags/{tag.id}/put-back"' in owner_client.get("/leads/").text
    for page in (f"/leads/{lead.id}", f"/contacts/{lead.contact_id}"):
        owner_client.post(f"{page}/tags/{tag.id}/put-back")

    assert (taken, undo, carried(lead)) == (([], []), True, (["Mässan"], ["Mässan"]))


@pytest.mark.parametrize("page", ["/leads/{0.id}", "/contacts/{0.contact_id}"])
def test_a_tag_that_cannot_be_is_refused_with_what_was_typed(lead: Lead, owner_client: SignedIn, page: str) -> None:
    answer = owner_client.post(page.format(lead) + "/tags", data={"name": "x" * 41})

    assert answer.status_code == 422
    assert typed(answer.text, "tag-name") == "x" * 41
    assert "En tagg har högst 40 tecken." in read(answer.text, "tags-title")
    assert every_tag() == []


def test_the_page_of_tags_says_how_many_carry_each(lead: Lead, owner_client: SignedIn) -> None:
    with writing():
        tag_lead(lead, find_or_add_tag("Mässan"))
        find_or_add_tag("Stall")

    words = read(owner_client.get("/lists/tags/").text)

    assert "Mässan\n1 affär · 0 kontakter\nStall\n0 affärer · 0 kontakter" in words


def test_a_tag_takes_another_name_but_not_one_that_is_taken(lead: Lead, owner_client: SignedIn) -> None:
    with writing():
        tag = find_or_add_tag("Masan")
        tag_lead(lead, tag)
        find_or_add_tag("Stall")

    refused = owner_client.post(f"/lists/tags/{tag.id}", data={"name": "STALL"})
    owner_client.post(f"/lists/tags/{tag.id}", data={"name": "Mässan"})

    assert (refused.status_code, typed(refused.text, "name")) == (422, "STALL")
    assert "Det finns redan en tagg som heter så. Slå ihop dem i stället." in read(refused.text)
    assert carried(lead)[0] == ["Mässan"]


def test_a_renamed_tag_gets_its_name_back_unless_it_has_got_another_since(lead: Lead, owner_client: SignedIn) -> None:
    with writing():
        tag = find_or_add_tag("Masan")
    owner_client.post(f"/lists/tags/{tag.id}", data={"name": "Mässan"})
    undo = undo_in(owner_client.get("/lists/tags/").text)

    owner_client.post(undo)
    name = every_tag()[0].name
    owner_client.post(f"/lists/tags/{tag.id}", data={"name": "Stall"})
    late = owner_client.post(undo)

    assert (name, every_tag()[0].name) == ("Masan", "Stall")
    assert "Taggen har fått ett annat namn sedan dess" in late.text


def test_it_is_said_from_how_many_a_tag_is_removed(lead: Lead, owner_client: SignedIn) -> None:
    with writing():
        tag = find_or_add_tag("Mässan")
        tag_lead(lead, tag)

    assert "Den tas bort från 1 affär och 0 kontakter." in read(owner_client.get(f"/lists/tags/{tag.id}").text)


def test_two_tags_become_one_and_two_again(lead: Lead, owner_client: SignedIn) -> None:
    with writing():
        kept, gone = find_or_add_tag("Mässan"), find_or_add_tag("mässa i maj")
        other = add_lead(add_contact("Bo Ek"))
        for tag, carrier in ((kept, lead), (gone, lead), (gone, other)):
            tag_lead(carrier, tag)
        tag_contact(other.contact, gone)

    owner_client.post(f"/lists/tags/{gone.id}/merge", data={"into": kept.id})
    merged = [tag.name for tag in every_tag()], carried(lead), carried(other)
    page = owner_client.get("/lists/tags/").text
    owner_client.post(undo_in(page) or "")

    assert merged == (["Mässan"], (["Mässan"], []), (["Mässan"], ["Mässan"]))
    assert "hos alla som hade dem.\nmässa i maj\nIhopslagen med Mässan\n2 affärer · 1 kontakt" in read(page)
    assert [tag.name for tag in every_tag()] == ["mässa i maj", "Mässan"]
    assert (carried(lead), carried(other)) == ((["mässa i maj", "Mässan"], []), (["mässa i maj"], ["mässa i maj"]))


@pytest.mark.parametrize("into", ["", "0", "nonsense"])
def test_a_tag_is_not_merged_with_nothing(lead: Lead, owner_client: SignedIn, into: str) -> None:
    with writing():
        tag = find_or_add_tag("Mässan")

    assert owner_client.post(f"/lists/tags/{tag.id}/merge", data={"into": into}).status_code == 400
    assert owner_client.post(f"/lists/tags/{tag.id}/merge", data={"into": tag.id}).status_code == 400
    assert [one.name for one in every_tag()] == ["Mässan"]


def test_a_removed_tag_comes_back_with_all_who_carried_it(lead: Lead, owner_client: SignedIn) -> None:
    with writing():
        tag = find_or_add_tag("Mässan")
        tag_lead(lead, tag)

    owner_client.post(f"/lists/tags/{tag.id}/remove")
    gone = carried(lead), owner_client.get(f"/lists/tags/{tag.id}").status_code
    owner_client.get("/lists/tags/")
    page = read(owner_client.get("/lists/tags/").text)
    owner_client.post(f"/lists/tags/{tag.id}/restore")

    assert (gone, carried(lead)) == ((([], []), 404), (["Mässan"], []))
    assert "Nyss borttagna\nI en timme går de att ta fram igen, hos alla som hade dem.\nMässan\n1 affär" in page
    assert "Nyss borttagna" not in read(owner_client.get("/lists/tags/").text)
    assert lead.created_at == NOW
