import pytest
from flask import Flask

from app.contacts.tags import every_tag, find_or_add_tag
from app.core.db import writing
from app.leads.models import Lead
from app.leads.tags import tag_lead, tags_of_leads, untag_lead
from tests.leads.cast import add_contact, add_lead


@pytest.fixture
def lead(app: Flask) -> Lead:
    with writing():
        return add_lead(add_contact())


def test_a_lead_carries_a_tag_once_until_it_is_taken(lead: Lead) -> None:
    with writing():
        tag = find_or_add_tag("mässan")
        changed = [tag_lead(lead, tag), tag_lead(lead, tag)]
    carried = [one.name for one in tags_of_leads([lead.id, 4711])[lead.id]]
    with writing():
        taken = [untag_lead(lead, tag), untag_lead(lead, tag)]

    assert (changed, carried, taken) == ([True, False], ["mässan"], [True, False])
    assert (tags_of_leads([lead.id]), len(every_tag())) == ({}, 1)
