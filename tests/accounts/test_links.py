import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts import services
from app.accounts.models import LinkPurpose, OneTimeLink, Role, User, UserSession
from app.accounts.passwords import is_right
from app.accounts.sessions import hash_token
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import RuleBroken
from tests.signed_in import SignedIn

PASSWORD = "tre lugna hästar"


def owner_link() -> str:
    with writing():
        return services.create_owner_link(now())


def link_for(user: User, purpose: LinkPurpose = LinkPurpose.CHOOSE_PASSWORD) -> str:
    with writing():
        return services.create_link(purpose, db.session.get_one(User, user.id), now(), timedelta(hours=1))


def submit(client: FlaskClient, token: str, **fields: str) -> TestResponse:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(f"/link/{token}").text)
    assert found
    return client.post(f"/link/{token}", data={"csrf_token": found[1], **fields})


def test_the_first_link_makes_the_owner_and_signs_them_in(client: FlaskClient) -> None:
    answer = submit(client, owner_link(), name="Maj Ek", email="Maj@Stilla.example.se", password=PASSWORD)

    user = db.session.query(User).one()
    assert (user.name, user.email_key, user.role, user.is_active) == (
        "Maj Ek",
        "maj@stilla.example.se",
        Role.OWNER,
        True,
    )
    assert is_right(PASSWORD, user.password_hash)
    assert answer.location == "/today/"
    assert "Maj Ek" in client.get("/today/").text


def test_the_owner_link_lasts_half_an_hour(client: FlaskClient) -> None:
    before = now()

    token = owner_link()

    link = db.session.query(OneTimeLink).one()
    assert link.token_hash == hash_token(token)
    assert timedelta(minutes=30) <= link.expires_at - before < timedelta(minutes=31)


def test_there_is_no_owner_link_once_there_is_a_user(owner: User) -> None:
    with pytest.raises(RuleBroken, match="Det finns redan en användare"):
        owner_link()


def test_an_owner_link_made_before_somebody_was_added_makes_no_second_owner(client: FlaskClient) -> None:
    token = owner_link()
    with writing():
        services.add_user("maj@stilla.example.se", "Maj Ek", Role.OWNER, now())

    answer = submit(client, token, name="Tjuv", email="tjuv@example.com", password=PASSWORD)

    assert answer.status_code == 409
    assert [user.email for user in db.session.query(User)] == ["maj@stilla.example.se"]


def test_opening_a_link_uses_nothing_up(client: FlaskClient, staff: User) -> None:
    token = link_for(staff)

    pages = [client.get(f"/link/{token}") for _ in range(3)]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert pages[0].headers["Cache-Control"] == "no-store"
    assert pages[0].headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_link_works_once(client: FlaskClient, staff: User) -> None:
    token = link_for(staff)
    submit(client, token, password=PASSWORD)

    again = client.get(f"/link/{token}")

    assert again.status_code == 410
    assert "Länken gäller inte längre" in again.text


def test_of_two_who_use_a_link_one_is_refused(app: Flask, staff: User) -> None:
    token = link_for(staff)
    with writing():
        services.use_link(token, LinkPurpose.CHOOSE_PASSWORD, now())

    with pytest.raises(RuleBroken, match="Länken har använts"), writing():
        services.use_link(token, LinkPurpose.CHOOSE_PASSWORD, now())


def test_a_link_for_one_thing_does_not_do_another(app: Flask, staff: User) -> None:
    token = link_for(staff)

    with pytest.raises(RuleBroken, match="Länken har använts"), writing():
        services.follow_sign_in_link(token, now())


def run_out(user_id: int) -> None:
    db.session.execute(db.update(OneTimeLink).values(expires_at=now()))


def withdraw(user_id: int) -> None:
    services.shut_out(db.session.get_one(User, user_id), db.session.query(User).filter_by(role=Role.OWNER).one())


def make_another(user_id: int) -> None:
    services.invite(db.session.get_one(User, user_id), now())


def use(user_id: int) -> None:
    db.session.execute(db.update(OneTimeLink).values(used_at=now()))


@pytest.mark.parametrize("end", [run_out, withdraw, make_another, use])
def test_a_link_that_is_over_says_why_it_may_be_as_a_made_up_one_does(
    client: FlaskClient, owner: User, staff: User, end: Callable[[int], None]
) -> None:
    token = link_for(staff)
    with writing():
        end(staff.id)

    over, made_up = client.get(f"/link/{token}"), client.get("/link/made-up")

    assert (over.status_code, made_up.status_code) == (410, 410)
    assert over.text.replace(token, "made-up") == made_up.text
    assert "Den har använts, blivit för gammal, ersatts av en nyare eller dragits tillbaka." in over.text


def test_a_newer_link_ends_an_older(client: FlaskClient, staff: User) -> None:
    older, newer = link_for(staff), link_for(staff)

    assert client.get(f"/link/{older}").status_code == 410
    assert client.get(f"/link/{newer}").status_code == 200


def test_a_new_password_signs_out_whoever_was_signed_in(
    client: FlaskClient, staff_client: SignedIn, staff: User
) -> None:
    submit(client, link_for(staff), password=PASSWORD)

    assert staff_client.get("/today/").status_code == 302
    assert client.get("/today/").status_code == 200
    assert is_right(PASSWORD, db.session.get_one(User, staff.id).password_hash)


def test_errors_are_told_in_the_order_of_the_fields(client: FlaskClient) -> None:
    answer = submit(client, owner_link())

    told = re.findall(r'<li><a href="#(\w+)"', answer.text)
    assert told == ["name", "email", "password"]


def test_a_refused_password_leaves_the_link_as_it_was(client: FlaskClient, staff: User) -> None:
    token = link_for(staff)

    answer = submit(client, token, password="Sixten Alm 1")

    assert answer.status_code == 422
    assert "Lösenordet liknar ditt namn" in answer.text
    assert client.get(f"/link/{token}").status_code == 200


def test_a_sign_in_link_lets_in_by_a_button(client: FlaskClient, staff: User) -> None:
    token = link_for(staff, LinkPurpose.SIGN_IN)
    page = client.get(f"/link/{token}")
    assert "Logga in som Sixten Alm" in page.text
    assert db.session.query(UserSession).count() == 0

    answer = submit(client, token)

    assert answer.location == "/today/"
    assert client.get("/today/").status_code == 200


def test_somebody_shut_out_gets_in_by_no_link(client: FlaskClient, staff: User) -> None:
    token = link_for(staff, LinkPurpose.SIGN_IN)
    with writing():
        db.session.get_one(User, staff.id).is_active = False

    answer = submit(client, token)

    assert answer.status_code == 409
    assert "Kontot är avstängt" in answer.text
    assert db.session.query(UserSession).count() == 0


def test_a_link_posted_from_another_page_is_refused(client: FlaskClient, staff: User) -> None:
    answer = client.post(f"/link/{link_for(staff, LinkPurpose.SIGN_IN)}")

    assert answer.status_code == 400
    assert db.session.query(UserSession).count() == 0
