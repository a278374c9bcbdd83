"""Every route at once: its headers, its cookies, who may change what. A new route is in these tests without a line."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.core.access import is_public
from app.core.headers import PRIVATE_PAGE, SECURITY_HEADERS
from tests.signed_in import SignedIn

FORMS_WITH_TOKENS_OF_THEIR_OWN = {
    "trials.agreement",
    "trials.ask",
    "trials.check_in",
    "trials.withdraw_check_ins",
    "trials.returned",
    "enquiries.ask",
    "enquiries.contact",
    "enquiries.private",
    "enquiries.new_link",
    "mail.unsubscribe",
    "consultations.times",
    "consultations.details",
    "consultations.move_booked",
    "consultations.cancel_booked",
    "consultations.want_earlier_time",
    "consultations.earlier",
}
"""The visitor's forms: no session, so no CSRF token (`core/form_tokens.py`, or the signed link itself)."""

WITH_A_FORM_COOKIE = {"accounts.sign_in", "accounts.link"}
"""The doors to the dashboard: their forms are guarded by a session before anybody is signed in."""

OWNERS_PAGES = {
    "consultations.add_kind",
    "consultations.edit_kind",
    "consultations.hide_kind",
    "consultations.publish_kind",
    "consultations.remove_kind",
    "consultations.travel",
    "mail.add_template",
    "mail.edit_template",
    "mail.switch_template",
    "mail.use_version",
    "plans.add",
    "plans.edit",
    "plans.remove",
    "plans.switch_off",
    "plans.switch_on",
    "settings.business",
    "trials.agreement_text",
    "trials.add_model",
    "trials.edit_model",
    "trials.offer_model",
    "trials.remove_model",
    "trials.withhold_model",
    "trials.questions",
    "trials.scales",
    "accounts.users",
    "accounts.add_user",
    "accounts.make_link",
    "accounts.shut_out",
    "accounts.let_in_again",
    "accounts.change_role",
    "accounts.change_role_back",
    "accounts.activity",
    "home.guide",
    "home.put_guide_away",
    "home.take_guide_out",
    "home.try_mail",
    "home.lend_nothing",
    "home.remove_test",
    "leads.leave",
    "leads.add_reason",
    "leads.edit_reason",
    "leads.step_reason",
    "leads.put_reason_away",
    "leads.bring_reason_back",
    "leads.stages",
    "leads.add_stage",
    "leads.edit_stage",
    "leads.step_stage",
    "leads.order_stages",
    "leads.put_stage_away",
    "leads.bring_stage_back",
    "leads.change_stage_back",
    "leads.rename_reason_back",
    "leads.reorder_stages",
    "leads.take_hand_over_back",
    "leads.undo_putting_away",
}


def _opened(app: Flask, browser: FlaskClient) -> Iterator[tuple[Rule, str, TestResponse]]:
    """Each route, shown and posted to with nothing in the form; signing out last."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.endpoint == "accounts.sign_out"):
        with app.test_request_context():
            address = app.url_for(rule.endpoint, **dict.fromkeys(rule.arguments, "1"))
        for method in sorted({"GET", "POST"} & set(rule.methods or ())):
            with browser.open(address, method=method) as answer:
                yield rule, f"{method} {rule.rule}", answer


@pytest.mark.parametrize("who", ["client", "owner_client"])
def test_every_answer_carries_exactly_the_security_headers(
    app: Flask, who: str, request: pytest.FixtureRequest
) -> None:
    """Pages, refusals, redirects, what is not there and what is a file alike."""
    browser: FlaskClient = request.getfixturevalue(who)
    wrong: dict[str, dict[str, str | None]] = {}
    seen = set()

    for _rule, page, answer in _opened(app, browser):
        seen.add(answer.status_code)
        stricter = PRIVATE_PAGE if "no-referrer" in answer.headers.get_all("Referrer-Policy") else {}
        expected = {name: [value] for name, value in {**SECURITY_HEADERS, **stricter}.items()}
        found = {name: answer.headers.get_all(name) for name in expected}
        if found != expected:
            wrong[page] = {name: ", ".join(found[name]) for name in expected if found[name] != expected[name]}

    assert wrong == {}
    assert {302, 404} <= seen


def test_nothing_behind_sign_in_is_kept_by_a_browser(app: Flask, owner_client: SignedIn, client: FlaskClient) -> None:
    for browser in (owner_client, client):
        kept = {
            page: answer.headers.get("Cache-Control")
            for rule, page, answer in _opened(app, browser)
            if rule.endpoint != "static"
        }
        private = {
            page: kept[page]
            for rule in app.url_map.iter_rules()
            for page in (f"GET {rule.rule}", f"POST {rule.rule}")
            if page in kept and not _is_public(app, rule)
        }

        assert set(private.values()) == {"no-store"}
        assert set(kept.values()) == {"no-store", "no-cache"}


def _is_public(app: Flask, rule: Rule) -> bool:
    with app.test_request_context():
        return is_public(rule.endpoint)


def test_no_visitor_gets_a_cookie(app: Flask, client: FlaskClient) -> None:
    given = {
        page
        for rule, page, answer in _opened(app, client)
        if "Set-Cookie" in answer.headers and rule.endpoint not in WITH_A_FORM_COOKIE
    }

    assert given == set()
    assert "Set-Cookie" not in client.get("/nothing").headers


def test_every_change_asks_for_the_pages_token(app: Flask, owner_client: SignedIn) -> None:
    owner_client.csrf_token = ""
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}

    refused = {
        rule.endpoint
        for rule, page, answer in _opened(app, owner_client)
        if page.startswith("POST") and answer.status_code == 400 and "Formuläret hade legat för länge" in answer.text
    }

    assert routes - refused == FORMS_WITH_TOKENS_OF_THEIR_OWN


def test_what_only_owners_may_open(app: Flask, staff_client: SignedIn) -> None:
    staff_client.environ_base["HTTP_X_CSRFTOKEN"] = staff_client.csrf_token

    refused = {rule.endpoint for rule, _page, answer in _opened(app, staff_client) if answer.status_code == 403}

    assert refused == OWNERS_PAGES


@pytest.mark.parametrize("host", ["evil.example", "a b", '"><script>', "", "x" * 300, "[::1", "ledtråd"])
def test_a_made_up_host_is_in_no_answer(client: FlaskClient, host: str) -> None:
    answer = client.get("/today/", headers={"Host": host.encode().decode("latin-1")})

    assert answer.status_code in (302, 400)
    assert not host or host not in answer.headers.get("Location", "") + answer.text
