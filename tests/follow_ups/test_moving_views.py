from datetime import date, time, timedelta

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_zone
from app.follow_ups.dues import at_time
from app.follow_ups.models import FollowUp
from app.leads.models import Lead
from tests.leads.page import read, undo_in
from tests.signed_in import SignedIn


def today() -> date:
    return now().astimezone(local_zone()).date()


def test_a_step_is_moved_and_the_timeline_tells_the_last_place(
    lead: Lead, step: FollowUp, owner_client: SignedIn
) -> None:
    for data in ({"when": "next_week"}, {"when": "other", "day": "2031-03-03"}, {"when": "tomorrow"}):
        owner_client.post(f"/follow-ups/{step.id}/move", data=data)

    db.session.expire_all()
    words = read(owner_client.get(f"/leads/{lead.id}").text, "timeline")
    assert step.due_at == at_time(today() + timedelta(days=1), time(9, 0), local_zone()).at
    assert "Maj Ek flyttade Ring till i morgon 09.00" in words
    assert words.count("flyttade Ring") == 1


def test_a_step_is_handed_on(lead: Lead, step: FollowUp, staff: User, owner_client: SignedIn) -> None:
    owner_client.post(f"/follow-ups/{step.id}/owner", data={"owner": staff.id})

    db.session.expire_all()
    assert step.owner_id == staff.id
    words = read(owner_client.get(f"/leads/{lead.id}").text, "timeline")
    assert "Maj Ek lämnade över Ring till Sixten Alm" in words


def test_a_move_and_a_hand_over_are_taken_back(
    lead: Lead, step: FollowUp, owner: User, staff: User, owner_client: SignedIn
) -> None:
    was = step.due_at, step.due_on, True
    with writing():
        step.owner_id, step.is_suggested = owner.id, True

    owner_client.post(f"/follow-ups/{step.id}/move?back=today", data={"when": "next_week"})
    back = owner_client.post(undo_in(owner_client.get("/today/").text))
    owner_client.post(f"/follow-ups/{step.id}/owner", data={"owner": staff.id})
    owner_client.post(undo_in(owner_client.get(f"/leads/{lead.id}").text))

    db.session.expire_all()
    assert back.location == "/today/"
    assert (step.due_at, step.due_on, step.is_suggested) == was
    assert step.owner_id == owner.id


def test_a_step_that_nobody_had_goes_back_to_nobody(
    lead: Lead, step: FollowUp, staff: User, owner_client: SignedIn
) -> None:
    with writing():
        step.owner_id = None

    owner_client.post(f"/follow-ups/{step.id}/owner", data={"owner": staff.id})
    owner_client.post(undo_in(owner_client.get(f"/leads/{lead.id}").text))

    page = owner_client.get(f"/leads/{lead.id}").text
    db.session.expire_all()
    assert step.owner_id is None
    assert "Steget har ingen ansvarig längre." in page
    assert "Maj Ek lät Ring bli utan ansvarig" in read(page, "timeline")


def test_a_step_that_was_moved_again_stays_there(lead: Lead, step: FollowUp, owner_client: SignedIn) -> None:
    owner_client.post(f"/follow-ups/{step.id}/move", data={"when": "next_week"})
    undo = undo_in(owner_client.get(f"/leads/{lead.id}").text)
    owner_client.post(f"/follow-ups/{step.id}/move", data={"when": "tomorrow"})

    refused = owner_client.post(undo)

    db.session.expire_all()
    assert "har flyttats igen sedan dess" in refused.text
    assert step.due_at == at_time(today() + timedelta(days=1), time(9, 0), local_zone()).at


def test_a_move_to_no_day_is_refused(lead: Lead, step: FollowUp, owner_client: SignedIn) -> None:
    before = step.due_at

    page = owner_client.post(f"/follow-ups/{step.id}/move", data={"when": "other"})

    assert page.status_code == 422
    assert "Välj vilken dag." in read(page.text, "next-step")
    db.session.expire_all()
    assert step.due_at == before
