import re
from contextlib import suppress

import pytest
from flask import Flask

from app.accounts import services
from app.accounts.jobs import forget_old_sessions
from app.accounts.models import LinkPurpose, OneTimeLink, Role, SignInAttempt, Theme, User, UserSession
from app.accounts.passwords import hash_password, is_right
from app.accounts.sessions import start_session
from app.commands import ledtrad
from app.core.db import db, writing
from app.core.errors import RuleBroken
from tests.conftest import NOW, add_user
from tests.leads.page import undo_in
from tests.signed_in import SignedIn, sign_in
from tests.together import while_we_write


def users() -> list[tuple[str, str, bool]]:
    db.session.rollback()
    return [(user.name, user.role.value, user.is_active) for user in db.session.query(User).order_by(User.id)]


def test_an_owner_invites_somebody_by_a_link_that_is_shown_once(owner_client: SignedIn) -> None:
    answer = owner_client.post(
        "/users/add", data={"name": "Lo Ek", "email": "lo@stilla.example.se", "role": "staff"}, follow_redirects=True
    )

    assert users() == [("Maj Ek", "owner", True), ("Lo Ek", "staff", True)]
    assert re.search(r'value="https://ledtrad\.example\.se/link/[\w-]{40,}"', answer.text)
    assert "Har inte valt lösenord" in answer.text
    assert "/link/" not in owner_client.get("/users/").text.replace('/link"', "")


@pytest.mark.parametrize(
    ("email", "refusal"),
    [("maj@STILLA.example.se", "Det finns redan en användare"), ("ingen adress", "Det där är ingen e-postadress")],
)
def test_an_invitation_is_refused_beside_the_address_with_nothing_lost(
    owner_client: SignedIn, email: str, refusal: str
) -> None:
    answer = owner_client.post("/users/add", data={"name": "Lo Ek", "email": email, "role": "staff"})

    assert answer.status_code == 422
    assert refusal in answer.text
    assert 'value="Lo Ek"' in answer.text
    assert users() == [("Maj Ek", "owner", True)]


def test_a_profile_says_what_its_user_wants(staff_client: SignedIn, staff: User) -> None:
    answer = staff_client.post("/profile/", data={"name": "Sixten Ek", "language": "en", "theme": "dark"})

    assert answer.location == "/profile/"
    db.session.rollback()
    known = db.session.get_one(User, staff.id)
    assert (known.name, known.language, known.theme) == ("Sixten Ek", "en", Theme.DARK)
    assert (known.email, known.role) == ("sixten@stilla.example.se", Role.STAFF)


def test_a_profile_with_a_look_that_there_is_not_changes_nothing(staff_client: SignedIn, staff: User) -> None:
    answer = staff_client.post("/profile/", data={"name": "Sixten Ek", "language": "en", "theme": "pink"})

    assert answer.status_code == 422
    assert 'value="Sixten Ek"' in answer.text
    db.session.rollback()
    assert db.session.get_one(User, staff.id).name == "Sixten Alm"


@pytest.mark.parametrize("path", ["/users/", "/users/add", "/settings/"])
def test_staff_do_not_manage_users_or_the_business(staff_client: SignedIn, path: str) -> None:
    answer = staff_client.get(path)

    assert answer.status_code == 403
    assert "Du får inte öppna den här sidan" in answer.text


@pytest.mark.parametrize("act", ["link", "shut-out", "let-in", "role"])
def test_staff_change_nobody(staff_client: SignedIn, owner: User, act: str) -> None:
    before = users()

    assert staff_client.post(f"/users/{owner.id}/{act}").status_code == 403
    assert users() == before


def test_staff_do_not_see_what_they_may_not_open(staff_client: SignedIn, owner_client: SignedIn) -> None:
    assert 'href="/settings/"' in owner_client.get("/profile/").text
    assert 'href="/settings/"' not in staff_client.get("/profile/").text
    assert 'href="/users/"' not in staff_client.get("/profile/").text


def test_shutting_somebody_out_signs_them_out_at_once_and_can_be_undone(
    owner_client: SignedIn, staff_client: SignedIn, staff: User
) -> None:
    page = owner_client.post(f"/users/{staff.id}/shut-out", follow_redirects=True)

    assert staff_client.get("/today/").status_code == 302
    assert "Personen kan inte längre logga in." in page.text
    assert f'action="/users/{staff.id}/let-in"' in page.text
    owner_client.post(f"/users/{staff.id}/let-in")
    assert users()[1] == ("Sixten Alm", "staff", True)


def test_a_session_that_is_left_over_lets_nobody_in_who_may_not_sign_in(staff_client: SignedIn, staff: User) -> None:
    with writing():
        db.session.get_one(User, staff.id).is_active = False

    assert db.session.query(UserSession).count() == 1
    assert staff_client.get("/today/").status_code == 302


def test_shutting_somebody_out_ends_the_links_they_hold(app: Flask, owner: User, staff: User) -> None:
    with writing():
        services.invite(db.session.get_one(User, staff.id), NOW)

    with writing():
        services.shut_out(db.session.get_one(User, staff.id), owner)

    assert db.session.query(OneTimeLink).count() == 0


def test_there_is_always_an_owner(app: Flask, owner: User, staff: User) -> None:
    with pytest.raises(RuleBroken, match="Minst en ägare behövs"), writing():
        services.change_role(db.session.get_one(User, owner.id), Role.STAFF)
    with pytest.raises(RuleBroken, match="Minst en ägare behövs"), writing():
        services.shut_out(db.session.get_one(User, owner.id), db.session.get_one(User, staff.id))
    with pytest.raises(RuleBroken, match="Du kan inte stänga av dig själv"), writing():
        services.shut_out(db.session.get_one(User, owner.id), owner)

    assert users()[0] == ("Maj Ek", "owner", True)


def test_a_role_is_changed_back_from_the_toast(owner: User, staff: User, owner_client: SignedIn) -> None:
    owner_client.post(f"/users/{staff.id}/role", data={"role": "reader"})
    changed, undo = users(), undo_in(owner_client.get("/users/").text)

    owner_client.post(undo)

    assert (changed[1][1], users()[1][1]) == ("reader", "staff")
    assert owner_client.post(f"/users/{staff.id}/role/back?role=king").status_code == 400


def test_a_second_owner_lets_the_first_one_go(owner_client: SignedIn, owner: User, staff: User) -> None:
    owner_client.post(f"/users/{staff.id}/role", data={"role": "owner"})
    owner_client.post(f"/users/{owner.id}/role", data={"role": "staff"})

    assert users() == [("Maj Ek", "staff", True), ("Sixten Alm", "owner", True)]


def test_of_two_owners_who_take_it_from_each_other_at_once_one_stays(app: Flask, owner: User) -> None:
    both = [owner.id, add_user("alva@example.se", "Alva Dahl", Role.OWNER).id]

    def become_staff(user_id: int) -> None:
        services.change_role(db.session.get_one(User, user_id), Role.STAFF)

    def the_other() -> None:
        with writing(), suppress(RuleBroken):
            become_staff(both[1])

    with while_we_write(app, the_other) as let_begin:
        become_staff(both[0])
        db.session.flush()
        let_begin()

    assert users() == [("Maj Ek", "staff", True), ("Alva Dahl", "owner", True)]


def test_the_last_owner_is_told_beside_the_choice_why_they_stay_one(owner_client: SignedIn, owner: User) -> None:
    answer = owner_client.post(f"/users/{owner.id}/role", data={"role": "reader"})

    assert answer.status_code == 422
    assert "Minst en ägare behövs" in answer.text
    assert users() == [("Maj Ek", "owner", True)]


def test_the_command_line_adds_a_user_who_chooses_a_password(app: Flask, owner: User) -> None:
    shell = app.test_cli_runner()

    answer = shell.invoke(
        ledtrad.get_command(None, "users"), ["add", "lo@stilla.example.se", "--name", "Lo Ek", "--role", "owner"]
    )

    assert answer.exit_code == 0
    assert re.fullmatch(
        r"Lo Ek can choose a password here, within 7 days, once:\nhttps://ledtrad\.example\.se/link/[\w-]+\n",
        answer.output,
    )
    assert users() == [("Maj Ek", "owner", True), ("Lo Ek", "owner", True)]


def test_the_command_line_says_why_it_refuses(app: Flask, owner: User) -> None:
    answer = app.test_cli_runner().invoke(ledtrad.get_command(None, "users"), ["add", owner.email, "--name", "Maj"])

    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
    assert len(answer.output.splitlines()) == 1


def test_the_command_line_lists_users(app: Flask, owner: User, staff: User) -> None:
    with writing():
        db.session.get_one(User, owner.id).password_hash = "x"
        db.session.get_one(User, staff.id).is_active = False

    answer = app.test_cli_runner().invoke(ledtrad.get_command(None, "users"), ["list"])

    assert answer.output == (
        "maj@stilla.example.se\tMaj Ek\towner\tactive\nsixten@stilla.example.se\tSixten Alm\tstaff\tshut out\n"
    )


def test_what_has_served_is_forgotten_and_what_serves_is_kept(app: Flask, owner: User) -> None:
    with writing() as session:
        user = db.session.get_one(User, owner.id)
        kept = start_session(user, "", NOW)
        start_session(user, "", NOW)
        session.flush()
        session.execute(
            db.update(UserSession)
            .where(
                UserSession.id
                == db.session.query(UserSession.id).order_by(UserSession.id.desc()).limit(1).scalar_subquery()
            )
            .values(expires_at=NOW)
        )
        services.create_link(LinkPurpose.SIGN_IN, user, NOW, services.OWNER_LINK_LASTS)
        services.create_link(LinkPurpose.SIGN_IN, user, NOW, services.OWNER_LINK_LASTS)
        session.add(SignInAttempt(account_hash="a", address_hash="b", at=NOW - services.OWNER_LINK_LASTS))
        session.add(SignInAttempt(account_hash="a", address_hash="b", at=NOW))

    counts = [forget_old_sessions(NOW), forget_old_sessions(NOW)]

    assert counts == [3, 0]
    assert [db.session.query(kind).count() for kind in (UserSession, OneTimeLink, SignInAttempt)] == [1, 1, 1]
    assert kept


def test_one_sees_where_one_is_signed_in_and_ends_the_others(app: Flask, owner: User) -> None:
    here, there = sign_in(app, owner), sign_in(app, owner)
    assert here.get("/profile/").text.count("Firefox, Linux") == 2

    page = here.post("/profile/sessions/end-others", follow_redirects=True)

    assert "Du är utloggad i alla andra webbläsare." in page.text
    assert page.text.count("Firefox, Linux") == 1
    assert there.get("/today/").status_code == 302


def test_the_profile_is_saved_and_speaks_the_chosen_language(owner_client: SignedIn, owner: User) -> None:
    page = owner_client.post(
        "/profile/", data={"name": "Maj Ek Alm", "language": "en", "theme": "dark"}, follow_redirects=True
    )

    user = db.session.get_one(User, owner.id, populate_existing=True)
    assert (user.name, user.language, user.theme) == ("Maj Ek Alm", "en", Theme.DARK)
    assert '<html lang="en" data-theme-choice="dark">' in page.text


@pytest.mark.parametrize("fields", [{"theme": "neon"}, {"language": "xx"}])
def test_looks_that_there_are_not_are_refused(owner_client: SignedIn, fields: dict[str, str]) -> None:
    assert owner_client.post("/profile/looks", data=fields).status_code == 400


def test_looks_chosen_in_the_menu_lead_back_to_the_page(owner_client: SignedIn) -> None:
    answer = owner_client.post("/profile/looks", data={"theme": "dark", "next": "/users/"})

    assert answer.location == "/users/"
    assert 'data-theme-choice="dark"' in owner_client.get("/users/").text


def test_a_password_is_changed_by_who_knows_it(owner_client: SignedIn, owner: User) -> None:
    with writing():
        db.session.get_one(User, owner.id).password_hash = hash_password("tre lugna hästar")

    wrong = owner_client.post("/profile/password", data={"current": "fel", "password": "fyra snabba hästar"})
    right = owner_client.post(
        "/profile/password", data={"current": "tre lugna hästar", "password": "fyra snabba hästar"}
    )

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "Det är inte det lösenord du har nu." in wrong.text
    stored = db.session.get_one(User, owner.id, populate_existing=True).password_hash
    assert is_right("fyra snabba hästar", stored)
    assert owner_client.get("/profile/").status_code == 200


def test_the_browser_keeps_nobodys_name(owner_client: SignedIn, staff: User) -> None:
    """A cookie is signed, and anybody who holds it can read it."""
    for act in ("shut-out", "let-in", "role", "link"):
        owner_client.post(f"/users/{staff.id}/{act}")
        with owner_client.session_transaction() as kept:
            content = str(dict(kept))
        assert "Sixten" not in content
        assert "sixten" not in content

    assert "Ge den här länken till Sixten Alm." in owner_client.get("/users/").text
