from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.contacts.erasing import erase
from app.contacts.models import Contact
from app.contacts.tags import (
    MOST_TAGS,
    ContactTag,
    Tag,
    every_tag,
    find_or_add_tag,
    tag_contact,
    tags_of_contacts,
    untag_contact,
)
from app.core.db import db, writing
from app.core.errors import RuleBroken
from tests.conftest import NOW
from tests.leads.cast import add_contact


@pytest.fixture
def siv(app: Flask) -> Contact:
    with writing() as session:
        contact = add_contact()
        session.flush()
    return contact


def names(tags: list[Tag]) -> list[str]:
    return [tag.name for tag in tags]


def test_one_word_is_one_tag_however_it_is_typed(app: Flask) -> None:
    with writing():
        first = find_or_add_tag("  Häst  i   väst ")
        again = find_or_add_tag("HAST i vast")
        other = find_or_add_tag("Häst i öst")

    assert (first.name, again.id, other.id == first.id) == ("Häst i väst", first.id, False)


def test_tags_stand_in_swedish_order(app: Flask) -> None:
    with writing():
        for name in ("Öl", "zebra", "Åka", "Ärlig", "apa"):
            find_or_add_tag(name)

    assert names(every_tag()) == ["apa", "zebra", "Åka", "Ärlig", "Öl"]


@pytest.mark.parametrize("name", ["", "  \t ", "x" * 41, "ett\x00ord"])
def test_a_tag_that_cannot_be_is_refused(app: Flask, name: str) -> None:
    with pytest.raises(RuleBroken), writing():
        find_or_add_tag(name)

    assert every_tag() == []


def test_there_are_so_many_tags_and_no_more(app: Flask) -> None:
    with writing():
        for number in range(MOST_TAGS):
            find_or_add_tag(f"nummer {number}")

    with pytest.raises(RuleBroken, match="Det finns redan 200 taggar"), writing():
        find_or_add_tag("en till")
    with writing():
        assert find_or_add_tag("NUMMER 7").name == "nummer 7"


def test_a_contact_carries_a_tag_once_until_it_is_taken(siv: Contact) -> None:
    with writing():
        tag = find_or_add_tag("stall")
        changed = [tag_contact(siv, tag), tag_contact(siv, tag)]
        tag_contact(siv, find_or_add_tag("brev"))
    carried = names(tags_of_contacts([siv.id, 4711])[siv.id])
    with writing():
        taken = [untag_contact(siv, tag), untag_contact(siv, tag)]

    assert (changed, carried, taken) == ([True, False], ["brev", "stall"], [True, False])
    assert names(tags_of_contacts([siv.id])[siv.id]) == ["brev"]


def test_a_removed_tag_is_seen_nowhere_and_comes_back_bare(siv: Contact) -> None:
    with writing():
        tag = find_or_add_tag("stall")
        tag_contact(siv, tag)
        tag.removed_at = NOW + timedelta(days=1)

    assert (every_tag(), tags_of_contacts([siv.id])) == ([], {})
    with writing():
        find_or_add_tag("Stall")
    assert (names(every_tag()), tags_of_contacts([siv.id])) == (["Stall"], {})


def test_erasing_a_person_takes_what_they_carried(siv: Contact) -> None:
    with writing():
        tag_contact(siv, find_or_add_tag("stall"))

    with writing():
        erase(siv, None, NOW)

    assert db.session.scalar(sa.select(sa.func.count()).select_from(ContactTag)) == 0
    assert names(every_tag()) == ["stall"]


def test_the_name_is_not_readable_on_disk(app: Flask) -> None:
    with writing():
        find_or_add_tag("migrän")

    stored = db.session.execute(sa.text("SELECT name, name_hash FROM tag")).one()

    assert "migrän".encode() not in bytes(stored[0])
    assert "migran" not in stored[1]
