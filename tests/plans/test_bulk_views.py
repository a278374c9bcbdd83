"""Starting a plan for many leads."""

import re
from collections.abc import Callable

from app.accounts.models import User
from app.core.db import writing
from app.plans.queries import runs_of_lead
from tests.leads.page import read
from tests.plans.cast import make_lead, make_plan
from tests.signed_in import SignedIn


def test_many_start_after_seeing_who_is_left_out_and_why(owner_client: SignedIn, owner: User) -> None:
    with writing():
        plan = make_plan(2)
        siv, bo = make_lead(), make_lead("Bo Ek", "bo@example.se", owner=owner)
        silent = make_lead("Åsa Ek", None)
    url = f"/plans/{plan.id}/start"

    page = owner_client.get(url).text
    mine = owner_client.get(f"{url}?owner={owner.id}").text
    answer = owner_client.post(f"{url}-for-many", data={"lead": [str(siv.id), str(silent.id)]}, follow_redirects=True)

    assert "2 affärer kan starta" in read(page)
    assert "Du godkänner varje mejl.\nStarta planen för de valda" in read(page)
    assert "Åsa Ek\nKontakten har ingen e-postadress." in read(page)
    assert re.findall(r'name="lead" value="(\d+)"', mine) == [str(bo.id)]
    assert "Planen startade för en affär. En lämnades utanför." in answer.text
    assert [len(runs_of_lead(lead.id)) for lead in (siv, bo, silent)] == [1, 0, 0]


def test_the_page_for_many_asks_as_little_for_thirty_as_for_one(
    owner_client: SignedIn, count_queries: Callable[[], int]
) -> None:
    with writing():
        plan = make_plan(2)
        make_lead()
    count_queries()
    owner_client.get(f"/plans/{plan.id}/start")
    for_one = count_queries()
    with writing():
        for number in range(29):
            make_lead(f"Kontakt {number}", f"k{number}@example.se")
    count_queries()

    owner_client.get(f"/plans/{plan.id}/start")

    assert count_queries() == for_one
