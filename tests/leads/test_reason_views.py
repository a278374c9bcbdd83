"""The pages of one reason; what becomes of reasons on the page of the stages stands in test_stage_views.py."""

import re

import pytest

from app.leads.queries import lost_reasons
from tests.leads.page import typed
from tests.signed_in import SignedIn


def test_a_refused_name_is_told_on_top_where_the_focus_is(owner_client: SignedIn) -> None:
    taken = lost_reasons()[0].name_sv

    page = owner_client.post("/leads/lost-reasons/add", data={"name_sv": taken})

    assert page.status_code == 409
    panel = r'<div class="error-summary" role="alert" tabindex="-1" autofocus>.*?<h2>(.*?)</h2>'
    assert re.findall(panel, page.text, re.DOTALL) == [f"Det finns redan en anledning som heter {taken}."]
    assert typed(page.text, "name_sv") == taken


@pytest.mark.parametrize(
    ("address", "back"),
    [("/leads/lost-reasons/add", "/leads/stages/#reasons"), ("/leads/stages/add", "/leads/stages/")],
)
def test_a_form_can_be_left_as_it_was(owner_client: SignedIn, address: str, back: str) -> None:
    assert f'<a class="btn" href="{back}">Avbryt</a>' in owner_client.get(address).text
