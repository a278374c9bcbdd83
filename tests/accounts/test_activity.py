"""The log of who did what and who looked at whom: kept by names of pages and keys of rows alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.activity import KEPT, Activity
from app.accounts.activity_words import DEEDS
from app.accounts.jobs import forget_old_sessions
from app.accounts.models import User
from app.core.clock import now
from app.core.db import db, writing
from app.leads.models import Lead
from app.lists.models import BulkKind
from tests.leads.cast import add_contact, add_lead
from tests.lists.cast import keep_choice
from tests.signed_in import SignedIn, sign_in


@pytest.fixture
def lead(app: Flask) -> Lead:
    with writing():
        return add_lead(add_contact())


def kept() -> list[tuple[str, bool, str | None, int | None]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(Activity).order_by(Activity.id))
    return [(row.what, row.is_reading, row.noun, row.about_id) for row in rows]


def test_what_somebody_changed_is_kept_each_time(staff_client: SignedIn, staff: User, lead: Lead) -> None:
    for _ in range(2):
        staff_client.post(f"/leads/{lead.id}/notes", data={"note": "Ringer på torsdag om ryggen"})

    assert kept() == [("leads.write_note", False, "lead", lead.id)] * 2
    row = db.session.scalars(sa.select(Activity)).first()
    assert row is not None
    assert row.actor_id == staff.id


def test_who_looked_at_a_person_is_kept_once_an_hour(staff_client: SignedIn, lead: Lead) -> None:
    for _ in range(3):
        staff_client.get(f"/leads/{lead.id}")
    assert kept() == [("leads.detail", True, "lead", lead.id)]
    with writing() as session:
        session.execute(sa.update(Activity).values(at=now() - timedelta(minutes=61)))

    staff_client.get(f"/leads/{lead.id}")

    assert kept() == [("leads.detail", True, "lead", lead.id)] * 2


def test_to_look_again_within_the_hour_writes_nothing(
    staff_client: SignedIn, owner: User, app: Flask, lead: Lead, statements: list[str]
) -> None:
    counts = []
    for _ in range(2):
        statements.clear()
        staff_client.get(f"/leads/{lead.id}")
        counts.append(sum(statement.startswith(("BEGIN IMMEDIATE", "INSERT")) for statement in statements))
    owner_client = sign_in(app, owner)
    owner_client.get(f"/leads/{lead.id}")

    assert (counts[0] >= 1, counts[1]) == (True, 0)
    assert len(kept()) == 2


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """What the database is asked, one after the other."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(db.engine, "before_cursor_execute", note)


def test_who_looked_at_several_people_side_by_side_is_kept(owner_client: SignedIn, owner: User, lead: Lead) -> None:
    change_id = keep_choice(BulkKind.OWNER, [lead.id], {"owner": owner.id}, owner)
    for address in ("/contacts/duplicates/", "/contacts/merges/", f"/lists/changes/{change_id}"):
        for _ in range(2):
            owner_client.get(address)

    assert kept() == [
        ("contacts.duplicates", True, None, None),
        ("contacts.merges", True, None, None),
        ("lists.change", True, "change", change_id),
    ]
    page = owner_client.get("/users/activity/").text
    assert "Möjliga dubbletter" in page
    assert "Sammanslagningar" in page
    assert f"Ändring av många {change_id}" in page
    assert f'href="/lists/changes/{change_id}"' in page


def test_pages_that_show_nobody_in_particular_are_not_kept(staff_client: SignedIn, lead: Lead) -> None:
    for path in ("/today/", "/leads/", "/contacts/"):
        staff_client.get(path)

    assert kept() == []


def test_what_was_refused_or_is_not_there_is_not_kept(staff_client: SignedIn, lead: Lead) -> None:
    staff_client.post(f"/leads/{lead.id}/notes", data={"note": ""})
    staff_client.get("/leads/4711")

    assert kept() == []


def test_visitors_are_not_in_the_log(client: FlaskClient, lead: Lead) -> None:
    client.get(f"/leads/{lead.id}")
    client.get("/contact")

    assert kept() == []


def test_owners_read_the_log_and_nobody_else(owner_client: SignedIn, staff_client: SignedIn, lead: Lead) -> None:
    staff_client.get(f"/leads/{lead.id}")
    owner_client.post(f"/leads/{lead.id}/notes", data={"note": "Ringer på torsdag om ryggen"})

    page = owner_client.get("/users/activity/").text

    assert staff_client.get("/users/activity/").status_code == 403
    assert [page.count(words) for words in ("Tittade på", "Antecknade", f"Affär {lead.id}", "Siv Lund")] == [1, 1, 2, 2]
    assert "ryggen" not in page
    changes = owner_client.get("/users/activity/?changes=1").text
    assert ("Tittade på" in changes, "Antecknade" in changes) == (False, True)


def test_the_log_can_be_asked_about_one_row_and_one_user(
    owner_client: SignedIn, owner: User, staff_client: SignedIn, lead: Lead
) -> None:
    with writing():
        other = add_lead(add_contact("Bo Ek", "070-174 06 22"))
    staff_client.get(f"/leads/{lead.id}")
    staff_client.get(f"/leads/{other.id}")

    of_one = owner_client.get(f"/users/activity/?noun=lead&about={lead.id}").text
    of_owner = owner_client.get(f"/users/activity/?who={owner.id}").text

    assert ("Siv Lund" in of_one, "Bo Ek" in of_one) == (True, False)
    assert "Här visas vem som gjort vad" in of_owner


def test_every_deed_with_a_name_of_its_own_can_be_done(app: Flask) -> None:
    assert set(DEEDS) <= set(app.view_functions)


def test_after_a_year_it_is_forgotten(app: Flask, staff_client: SignedIn, lead: Lead) -> None:
    staff_client.get(f"/leads/{lead.id}")

    assert forget_old_sessions(now() + KEPT - timedelta(days=1)) >= 0
    assert len(kept()) == 1
    forget_old_sessions(now() + KEPT + timedelta(days=1))
    assert kept() == []
