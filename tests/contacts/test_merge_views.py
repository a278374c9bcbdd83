from collections.abc import Callable
from datetime import timedelta

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.erasing import erase
from app.contacts.jobs import STORY_LIVES, forget_stories
from app.contacts.merges import ContactMerge
from app.contacts.models import Contact, DuplicateReason, PossibleDuplicate
from app.core.clock import now
from app.core.db import db, writing
from tests.contacts.pairs import Pair, joined, of_horse
from tests.enquiries.letters import recorded, sent, words
from tests.leads.cast import add_contact
from tests.signed_in import SignedIn


def test_the_page_shows_both_and_what_follows(pair: Pair, owner_client: SignedIn) -> None:
    page = words(owner_client.get(f"/contacts/{pair.kept}/merge/{pair.gone}"))

    assert "Blir kvar Anna Berg Kontakt sedan" in page
    assert "Går upp i den andra Anna Berg Lund" in page
    assert "Namn Anna Berg Från Anna Berg Anna Berg Lund Från Anna Berg Lund" in page
    assert "E-post anna@example.se Från Anna Berg berg@example.com Från Anna Berg Lund" in page
    assert "Telefon 070-174 06 31" in page
    assert "2 öppna affärer gäller samma sak: Blixten. De blir kvar var för sig" in page
    assert "Nya svar och påminnelser går till den e-post som du väljer." in page


def test_the_button_joins_them_and_the_toast_takes_it_back(pair: Pair, owner_client: SignedIn) -> None:
    chosen = {"name": "gone", "email": "gone"}
    done = owner_client.post(f"/contacts/{pair.kept}/merge/{pair.gone}", data=chosen, follow_redirects=True)

    assert "Kontakterna är sammanslagna till Anna Berg Lund." in words(done)
    assert "Sammanslagen med Anna Berg Lund" in words(done)
    assert db.session.execute(sa.select(Contact.id, Contact.email)).all() == [(pair.kept, "berg@example.com")]
    merge_id = db.session.scalars(sa.select(ContactMerge.id)).one()
    assert f'action="/contacts/merges/{merge_id}/undo"' in done.text
    back = owner_client.post(f"/contacts/merges/{merge_id}/undo", follow_redirects=True)
    assert "Anna Berg Lund och Anna Berg är två kontakter igen." in words(back)
    assert back.request.path == f"/contacts/{pair.gone}"


def test_a_link_to_the_one_that_went_leads_to_the_kept_one_while_that_is_remembered(
    pair: Pair, owner: User, owner_client: SignedIn
) -> None:
    joined(pair, owner, now())

    led = owner_client.get(f"/contacts/{pair.gone}")

    assert (led.status_code, led.location) == (302, f"/contacts/{pair.kept}")
    forget_stories(now() + STORY_LIVES + timedelta(minutes=1))
    assert owner_client.get(f"/contacts/{pair.gone}").status_code == 404


def test_what_undoing_would_do_is_said_before(pair: Pair, owner: User, owner_client: SignedIn) -> None:
    merged = joined(pair, owner, now() - timedelta(hours=1))
    for horse in ("Molly", "Stella"):
        recorded(of_horse("Anna Berg", "anna@example.se", horse), now())

    page = words(owner_client.get(f"/contacts/merges/{merged.id}"))

    assert "Anna Berg Lund blir en egen kontakt igen" in page
    assert "En affär går tillbaka, med allt som står på den." in page
    assert "2 förfrågningar som kom efter sammanslagningen stannar hos Anna Berg Lund." in page
    assert "Gör dem till två kontakter igen" in page
    assert f"/contacts/merges/{merged.id}" in owner_client.get("/contacts/merges/").text


def test_what_is_erased_cannot_be_undone(pair: Pair, owner: User, owner_client: SignedIn) -> None:
    merge_id = joined(pair, owner, now()).id
    with writing():
        erase(db.session.get_one(Contact, pair.kept), None, now())

    assert owner_client.post(f"/contacts/merges/{merge_id}/undo").status_code == 404
    assert owner_client.get(f"/contacts/merges/{merge_id}").status_code == 404


def test_a_contact_is_not_merged_with_itself_nor_with_nobody(pair: Pair, owner_client: SignedIn) -> None:
    for address in (f"/contacts/{pair.kept}/merge/{pair.kept}", f"/contacts/{pair.kept}/merge/4711000"):
        assert [owner_client.get(address).status_code, owner_client.post(address).status_code] == [404, 404]


def test_anybody_can_be_merged_with_whom_a_search_finds(pair: Pair, owner_client: SignedIn) -> None:
    eva = recorded(sent("Hej", name="Eva Ek", email="eva@example.se"), now()).lead
    assert eva is not None
    assert f'href="/contacts/{pair.kept}/merge"' in owner_client.get(f"/contacts/{pair.kept}").text
    nobody_typed = words(owner_client.get(f"/contacts/{pair.kept}/merge"))
    assert "Sök efter den du tänker på." in nobody_typed

    found = owner_client.get(f"/contacts/{pair.kept}/merge?q=eva@example.se")
    by_horse = owner_client.get(f"/contacts/{eva.contact_id}/merge?q=blixten").text

    assert f'href="/contacts/{pair.kept}/merge/{eva.contact_id}"' in found.text
    assert f'href="/contacts/{pair.kept}/merge/{eva.contact_id}"' in by_horse
    assert f'href="/contacts/{pair.gone}/merge/{eva.contact_id}"' in by_horse
    itself = owner_client.get(f"/contacts/{pair.kept}/merge?q=anna").text
    assert f"/merge/{pair.gone}" in itself
    assert f"/merge/{pair.kept}" not in itself


def test_those_who_are_most_alike_are_offered_without_a_search(pair: Pair, owner_client: SignedIn) -> None:
    namesake = recorded(sent("Hej", name="Anna Berg", email=None, phone="070-174 06 46"), now()).lead
    assert namesake is not None

    page = owner_client.get(f"/contacts/{pair.kept}/merge").text

    assert f'href="/contacts/{pair.kept}/merge/{namesake.contact_id}"' in page


def test_what_is_typed_in_the_search_is_shown_as_it_is(pair: Pair, owner_client: SignedIn) -> None:
    page = owner_client.get(f"/contacts/{pair.kept}/merge", query_string={"q": "<b>\x00"}).text

    assert "<b>" not in page.split("<main")[1]


def test_pairs_are_listed_with_what_speaks_for_and_against(pair: Pair, owner_client: SignedIn) -> None:
    pair_id = _ask(pair.gone, pair.kept)

    page = words(owner_client.get("/contacts/duplicates/"))

    assert "Anna Berg och Anna Berg Lund" in page
    assert "Talar för: Liknande namn Talar för: Samma häst Talar mot: Olika e-post" in page
    assert f'href="/contacts/{pair.kept}/merge/{pair.gone}"' in owner_client.get("/contacts/duplicates/").text
    assert "1 möjlig dubblett" in words(owner_client.get("/contacts/"))
    decided = owner_client.post(f"/contacts/duplicates/{pair_id}", follow_redirects=True)
    assert "Just nu finns det inga att ta ställning till." in words(decided)
    assert "möjlig dubblett" not in words(owner_client.get("/contacts/"))
    asked = owner_client.post(f"/contacts/duplicates/{pair_id}/ask-again", follow_redirects=True)
    assert "Anna Berg och Anna Berg Lund" in words(asked)


def test_a_pair_that_was_said_to_be_the_same_leads_on_to_the_merge(pair: Pair, owner_client: SignedIn) -> None:
    pair_id = _ask(pair.gone, pair.kept)
    with writing():
        found = db.session.get_one(PossibleDuplicate, pair_id)
        found.are_same, found.decided_at = True, now()

    page = words(owner_client.get("/contacts/duplicates/"))

    assert "Noterat tidigare: samma person. De är inte sammanslagna än." in page
    assert "Är det här samma person som Anna Berg Lund" in words(owner_client.get(f"/contacts/{pair.kept}"))


def test_the_list_takes_as_many_statements_for_one_pair_as_for_ten(
    pair: Pair, owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    _ask(pair.gone, pair.kept)
    owner_client.get("/contacts/duplicates/")  # the first look within the hour is written down
    count_queries()
    owner_client.get("/contacts/duplicates/")
    for_one = count_queries()
    with writing():
        others = [add_contact(f"Anna {number}") for number in range(9)]
        db.session.flush()
        other_ids = [other.id for other in others]
    for other_id in other_ids:
        _ask(pair.kept, other_id)

    count_queries()
    page = owner_client.get("/contacts/duplicates/")
    for_ten = count_queries()

    assert page.text.count('class="card card-body pair"') == 10
    assert for_ten == for_one


def _ask(one: int, other: int) -> int:
    with writing():
        asked = PossibleDuplicate(contact_id=one, other_id=other, reason=DuplicateReason.SHARED_ADDRESS, found_at=now())
        db.session.add(asked)
        db.session.flush()
        return asked.id
