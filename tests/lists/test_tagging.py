"""A tag is put on many or taken off them, and how that is taken back."""

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.tags import find_or_add_tag, remove_tag, tag_contact, tags_of_contacts
from app.core.db import db, writing
from app.leads.tag_merging import merge_tags
from app.leads.tags import tag_lead, tags_of_leads
from app.lists.models import BulkKind, ListOf, RowState
from tests.conftest import NOW
from tests.lists.cast import add_leads, begin_change, change_many, keep_choice, states, to_the_end, undo_change

LEFT, RESTORED, KEPT = RowState.LEFT, RowState.RESTORED, RowState.KEPT


@pytest.mark.parametrize("list_of", list(ListOf))
def test_many_get_a_tag_and_are_rid_of_it_when_it_is_undone(owner: User, list_of: ListOf) -> None:
    with writing():
        leads = add_leads(3)
        rows = leads if list_of is ListOf.LEADS else [lead.contact for lead in leads]
        ids = [row.id for row in rows]
        tag = find_or_add_tag("Mässan")
        (tag_lead if list_of is ListOf.LEADS else tag_contact)(rows[0], tag)  # type: ignore[operator]
    tags_of = tags_of_leads if list_of is ListOf.LEADS else tags_of_contacts

    change_id = change_many(BulkKind.TAG, ids, {"tag": tag.id}, owner, list_of)
    carried = {row_id: [one.name for one in found] for row_id, found in tags_of(ids).items()}
    with writing():
        db.session.execute(
            sa.text(f"DELETE FROM {list_of.value[:-1]}_tag WHERE {list_of.value[:-1]}_id = :id"), {"id": ids[1]}
        )
    undo_change(change_id, owner)

    assert carried == {row_id: ["Mässan"] for row_id in ids}
    assert list(tags_of(ids)) == [ids[0]]
    assert states(change_id) == {
        ids[0]: (LEFT, "Har redan taggen."),
        ids[1]: (KEPT, "Har ändrats sedan dess."),
        ids[2]: (RESTORED, None),
    }


def test_a_new_tag_is_made_when_the_change_begins(owner: User) -> None:
    with writing():
        ids = [lead.id for lead in add_leads(1)]
    change_id = keep_choice(BulkKind.TAG, ids, {"new_tag": "Ridklubben"}, owner)
    assert tags_of_leads(ids) == {}

    begin_change(change_id)
    to_the_end(change_id)

    assert [tag.name for tag in tags_of_leads(ids)[ids[0]]] == ["Ridklubben"]


def test_many_are_rid_of_a_tag_and_get_it_back(owner: User) -> None:
    with writing():
        leads = add_leads(2)
        ids = [lead.id for lead in leads]
        tag = find_or_add_tag("Mässan")
        tag_lead(leads[0], tag)

    change_id = change_many(BulkKind.UNTAG, ids, {"tag": tag.id}, owner)
    carried = tags_of_leads(ids)
    undo_change(change_id, owner)

    assert carried == {}
    assert list(tags_of_leads(ids)) == [ids[0]]
    assert states(change_id)[ids[1]] == (LEFT, "Har inte taggen.")


@pytest.mark.parametrize("is_merged", [True, False])
def test_a_tag_that_is_removed_before_or_after_leaves_all_as_they_are(owner: User, *, is_merged: bool) -> None:
    sentence = "Det som valdes finns inte längre. Gå tillbaka och välj något annat."
    with writing():
        leads = add_leads(2)
        ids, other = [lead.id for lead in leads], find_or_add_tag("Annan")
        tag = find_or_add_tag("Mässan")
    done = change_many(BulkKind.TAG, ids[:1], {"tag": tag.id}, owner)
    waiting = keep_choice(BulkKind.TAG, ids[1:], {"tag": tag.id}, owner)
    with writing():
        merge_tags(other, tag, NOW) if is_merged else remove_tag(tag, NOW)

    begin_change(waiting)
    to_the_end(waiting)
    undo_change(done, owner)

    assert states(waiting) == {ids[1]: (LEFT, sentence)}
    assert states(done) == {ids[0]: (KEPT, sentence)}
