from collections.abc import Iterable
from datetime import timedelta

import pytest
from flask import Flask

from app.contacts.tags import Tag, every_tag, find_or_add_tag, removed_tags, tag_contact, tags_of_contacts
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import Lead
from app.leads.tag_merging import merge_tags, restore_tag
from app.leads.tags import tag_lead, tags_of_leads, untag_lead
from app.lists.jobs import forget_removed
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead

DAY = timedelta(days=1)


def tagged(*names: str) -> Lead:
    """A lead that carries these tags, as its contact does."""
    with writing():
        lead = add_lead(add_contact())
        for name in names:
            tag_lead(lead, find_or_add_tag(name))
            tag_contact(lead.contact, find_or_add_tag(name))
    return lead


def merge(kept: str, gone: str) -> int:
    """Merge the tags of these names; gives the key of the one that goes."""
    with writing():
        both = {tag.name: tag for tag in every_tag()}
        merge_tags(both[kept], both[gone], NOW)
        return both[gone].id


def restore(tag_id: int) -> Tag | None:
    with writing():
        return restore_tag(tag_id)


def carried(leads: Iterable[Lead]) -> list[str]:
    """What each lead carries; its contact carries the same."""
    found = []
    for lead in leads:
        on_lead, on_contact = tags_of_leads([lead.id]), tags_of_contacts([lead.contact_id])
        names = [[tag.name for tag in tags] for tags in (*on_lead.values(), *on_contact.values())]
        assert names[: len(names) // 2] == names[len(names) // 2 :]
        found.append(" ".join(names[0]) if names else "")
    return found


def test_tags_that_were_merged_are_as_before_when_it_is_taken_back(app: Flask) -> None:
    leads = [tagged("häst"), tagged("hästar"), tagged("häst", "hästar"), tagged()]

    gone = merge("häst", "hästar")
    merged = carried(leads)
    restore(gone)
    restore(gone)

    assert merged == ["häst", "häst", "häst", ""]
    assert carried(leads) == ["häst", "hästar", "häst hästar", ""]
    assert removed_tags() == []


def test_what_is_tagged_meanwhile_stays_so(app: Flask) -> None:
    rid, tagged_since = tagged("hästar"), tagged("häst")
    gone = merge("häst", "hästar")
    with writing():
        (tag,) = every_tag()
        untag_lead(rid, tag)
        later = add_lead(add_contact())
        tag_lead(later, tag)

    restore(gone)

    found = tags_of_leads([rid.id, tagged_since.id, later.id])
    names = {lead_id: [tag.name for tag in tags] for lead_id, tags in found.items()}
    assert names == {rid.id: ["hästar"], tagged_since.id: ["häst"], later.id: ["häst"]}


@pytest.mark.parametrize("first", ["hästar", "pålle"])
def test_of_several_tags_that_became_one_each_is_taken_back_alone(app: Flask, first: str) -> None:
    leads = [tagged("hästar"), tagged("pålle"), tagged("hästar", "pålle"), tagged("häst")]
    gone = {name: merge("häst", name) for name in ("hästar", "pålle")}
    other = "pålle" if first == "hästar" else "hästar"
    alone = {"hästar": ["hästar", "häst"], "pålle": ["häst", "pålle"]}[first]

    restore(gone[first])
    half = carried(leads)
    restore(gone[other])

    assert half == [*alone, " ".join(sorted(["häst", first])), "häst"]
    assert carried(leads) == ["hästar", "pålle", "hästar pålle", "häst"]


def test_tags_that_were_merged_on_are_taken_back_in_their_order(app: Flask) -> None:
    leads = [tagged("pålle"), tagged("hästar"), tagged("häst")]
    first, second = merge("hästar", "pålle"), merge("häst", "hästar")
    merged = carried(leads)

    with pytest.raises(RuleBroken, match="Taggen hästar är själv ihopslagen med en annan"):
        restore(first)
    restore(second)
    restore(first)

    assert merged == ["häst", "häst", "häst"]
    assert carried(leads) == ["pålle", "hästar", "häst"]


def test_a_merge_is_for_good_when_the_time_to_take_it_back_has_gone(app: Flask) -> None:
    leads = [tagged("häst"), tagged("hästar"), tagged("pålle", "hästar")]
    gone, later = merge("häst", "hästar"), merge("häst", "pålle")
    with writing():
        db.session.get_one(Tag, later).removed_at = NOW + DAY

    assert forget_removed(NOW + DAY) == 1
    assert restore(gone) is None
    restore(later)

    assert carried(leads) == ["häst", "häst", "häst pålle"]


def test_a_tag_of_the_same_name_is_a_new_one(app: Flask) -> None:
    leads = [tagged("häst"), tagged("hästar")]
    gone = merge("häst", "hästar")

    leads.append(tagged("hästar"))

    restore(gone)

    assert carried(leads) == ["häst", "häst", "hästar"]
    assert [tag.name for tag in every_tag()] == ["häst", "hästar"]
    assert removed_tags() == []
