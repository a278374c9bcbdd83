import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.attempts import MOST_PER_ACCOUNT, MOST_PER_ADDRESS, WINDOW, forget_old_attempts
from app.accounts.models import SignInAttempt, User, UserSession
from app.accounts.passwords import hash_password
from app.accounts.sessions import hash_token
from app.core.clock import now
from app.core.db import db, writing
from tests.signed_in import SignedIn, sign_in

PASSWORD = "tre lugna hästar"
HASH = hash_password(PASSWORD)


@pytest.fixture
def maj(owner: User) -> User:
    """The owner, with a password."""
    with writing():
        db.session.get_one(User, owner.id).password_hash = HASH
    return owner


def csrf_of(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found
    return found[1]


def try_to_sign_in(
    client: FlaskClient, password: str = PASSWORD, email: str = "maj@stilla.example.se", **more: str
) -> TestResponse:
    token = csrf_of(client.get("/sign-in"))
    return client.post("/sign-in", data={"email": email, "password": password, "csrf_token": token, **more})


def test_the_right_password_opens_today(client: FlaskClient, maj: User) -> None:
    answer = try_to_sign_in(client)

    assert (answer.status_code, answer.location) == (303, "/today/")
    assert "Maj Ek" in client.get("/today/").text


def test_the_address_may_be_typed_in_any_case(client: FlaskClient, maj: User) -> None:
    assert try_to_sign_in(client, email=" MAJ@Stilla.Example.se").status_code == 303


def test_the_cookie_is_for_us_alone_and_lasts_thirty_days(client: FlaskClient, maj: User) -> None:
    header = try_to_sign_in(client).headers["Set-Cookie"]

    cookie = client.get_cookie("ledtrad")
    assert cookie is not None
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(header.split("; "))
    assert cookie.expires is not None
    assert timedelta(days=29) < cookie.expires - now() < timedelta(days=31)


def test_the_database_does_not_hold_what_the_browser_holds(client: FlaskClient, maj: User) -> None:
    try_to_sign_in(client)

    with client.session_transaction() as content:
        token = content["_user_id"]
    stored = db.session.query(UserSession).one()
    assert (stored.token_hash, stored.user_id) == (hash_token(token), maj.id)
    assert token not in stored.token_hash


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: FlaskClient, maj: User) -> None:
    wrong = try_to_sign_in(client, "tre lugna kor")
    unknown = try_to_sign_in(client, email="ingen@example.se")

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert "E-postadressen och lösenordet hör inte ihop. Försök igen." in wrong.text
    assert _without_what_was_typed(wrong) == _without_what_was_typed(unknown)


def _without_what_was_typed(page: TestResponse) -> str:
    return re.sub(r'value="[^"]*"', "", page.text)


def test_somebody_shut_out_or_without_a_password_is_not_let_in(client: FlaskClient, maj: User, staff: User) -> None:
    with writing():
        db.session.get_one(User, maj.id).is_active = False

    assert try_to_sign_in(client).status_code == 422
    assert try_to_sign_in(client, email=staff.email).status_code == 422
    assert client.get("/today/").status_code == 302


def test_after_five_wrong_passwords_the_right_one_has_to_wait(client: FlaskClient, maj: User) -> None:
    answers = [try_to_sign_in(client, "fel").status_code for _ in range(MOST_PER_ACCOUNT)]
    refusal = try_to_sign_in(client)

    assert answers == [422] * MOST_PER_ACCOUNT
    assert refusal.status_code == 429
    assert re.search(r"För många försök\. Vänta till kl\. \d\d\.\d\d och försök igen\.", refusal.text)
    assert db.session.query(SignInAttempt).count() == MOST_PER_ACCOUNT


def test_many_tries_at_the_same_time_do_not_slip_past_the_limit(app: Flask, maj: User) -> None:
    def try_once(_: int) -> int:
        return try_to_sign_in(app.test_client(), "fel").status_code

    with ThreadPoolExecutor(12) as crowd:
        answers = list(crowd.map(try_once, range(12)))

    assert set(answers) <= {422, 429}
    assert answers.count(422) <= MOST_PER_ACCOUNT
    assert try_to_sign_in(app.test_client()).status_code == 429


def test_an_unknown_address_is_limited_like_a_known_one(client: FlaskClient, maj: User) -> None:
    answers = [try_to_sign_in(client, email="ingen@example.se").status_code for _ in range(MOST_PER_ACCOUNT + 1)]

    assert answers == [422] * MOST_PER_ACCOUNT + [429]


def test_one_network_address_cannot_try_many_accounts(client: FlaskClient, maj: User) -> None:
    answers = [try_to_sign_in(client, email=f"p{number}@example.se").status_code for number in range(MOST_PER_ADDRESS)]

    assert set(answers) == {422}
    assert try_to_sign_in(client).status_code == 429


def test_wrong_passwords_are_forgotten_after_the_right_one(client: FlaskClient, maj: User) -> None:
    for _ in range(MOST_PER_ACCOUNT - 1):
        try_to_sign_in(client, "fel")

    assert try_to_sign_in(client).status_code == 303
    assert db.session.query(SignInAttempt).count() == 0


def test_the_door_opens_again_after_a_while(client: FlaskClient, maj: User) -> None:
    for _ in range(MOST_PER_ACCOUNT):
        try_to_sign_in(client, "fel")
    with writing():
        db.session.execute(db.update(SignInAttempt).values(at=now() - WINDOW))

    assert try_to_sign_in(client).status_code == 303
    with writing():
        assert forget_old_attempts(now()) == 0  # signing in forgot them


def test_neither_address_nor_account_can_be_read_from_an_attempt(client: FlaskClient, maj: User) -> None:
    try_to_sign_in(client, "fel")

    stored = db.session.query(SignInAttempt).one()
    for value in (stored.account_hash, stored.address_hash):
        assert re.fullmatch(r"[0-9a-f]{32}", value)


def test_signing_out_kills_every_copy_of_the_cookie(app: Flask, owner: User) -> None:
    browser = sign_in(app, owner)
    thief = app.test_client()
    cookie = browser.get_cookie("ledtrad")
    assert cookie is not None
    thief.set_cookie("ledtrad", cookie.value)
    assert thief.get("/today/").status_code == 200

    answer = browser.post("/sign-out")

    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert thief.get("/today/").location == "/sign-in?next=/today/"
    assert db.session.query(UserSession).count() == 0


def test_a_post_without_the_pages_token_is_refused(app: Flask, owner_client: SignedIn) -> None:
    answer = owner_client.post("/sign-out", headers={"X-CSRFToken": ""})

    assert answer.status_code == 400
    assert "Formuläret hade legat för länge." in answer.text
    assert owner_client.get("/today/").status_code == 200


def test_a_sign_in_that_came_from_another_page_is_refused(client: FlaskClient, maj: User) -> None:
    answer = client.post("/sign-in", data={"email": maj.email, "password": PASSWORD})

    assert answer.status_code == 400
    assert db.session.query(UserSession).count() == 0


@pytest.mark.parametrize("wanted", ["/profile/", "/users/?page=2"])
def test_one_comes_back_to_the_page_that_was_asked_for(client: FlaskClient, maj: User, wanted: str) -> None:
    assert try_to_sign_in(client, next=wanted).location == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://example.com/",
        "//example.com/",
        "/\\example.com",
        "\\\\example.com",
        "/\n/example.com",
        "javascript:alert(1)",
        "x",
    ],
)
def test_one_is_never_sent_to_another_site(client: FlaskClient, maj: User, wanted: str) -> None:
    assert try_to_sign_in(client, next=wanted).location == "/today/"


def test_a_session_ends_thirty_days_after_it_was_last_used(app: Flask, owner: User) -> None:
    browser = sign_in(app, owner)
    with writing():
        db.session.execute(db.update(UserSession).values(expires_at=now() - timedelta(seconds=1)))

    assert browser.get("/today/").status_code == 302


def test_using_a_session_moves_its_end_but_not_at_every_page(app: Flask, owner: User) -> None:
    browser = sign_in(app, owner)
    ends_at = db.session.query(UserSession).one().expires_at
    fresh = browser.get("/today/")
    assert db.session.query(UserSession).one().expires_at == ends_at
    assert "Set-Cookie" not in fresh.headers
    long_ago = now() - timedelta(days=3)
    with writing():
        db.session.execute(db.update(UserSession).values(seen_at=long_ago, expires_at=long_ago + timedelta(days=30)))

    later = browser.get("/today/")

    stored = db.session.query(UserSession).one()
    assert later.status_code == 200
    assert now() - stored.seen_at < timedelta(minutes=1)
    assert stored.expires_at == stored.seen_at + timedelta(days=30)
    assert "ledtrad=" in later.headers["Set-Cookie"]


def test_while_nobody_can_sign_in_the_door_says_how_to_begin(client: FlaskClient) -> None:
    page = client.get("/sign-in")

    assert "Öppna engångslänken som servern skrev ut när den startade" in page.text
    assert 'type="password"' not in page.text


def test_who_is_signed_in_is_not_asked_again(owner_client: SignedIn) -> None:
    assert owner_client.get("/sign-in?next=/profile/").location == "/profile/"
