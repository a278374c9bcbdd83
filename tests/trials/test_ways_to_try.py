"""Where visitors are led from to what they can try, while there is something."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.models import User
from app.consultations.booked_links import booked_token
from app.core import links
from app.core.clock import now
from app.core.db import writing
from app.enquiries.models import Wish
from app.enquiries.private_pages import private_address
from app.enquiries.public import THANKS
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.enquiries.letters import add_article, recorded, sent
from tests.leads.cast import add_contact, add_lead
from tests.trials.asked import offer

ANOTHER_YEAR = now() + timedelta(days=400)


def an_article(_owner: User) -> tuple[str, str]:
    add_article()
    return "/articles/sova-battre", "/try?article=sova-battre"


def the_form_for_a_question(_owner: User) -> tuple[str, str]:
    add_article()
    return "/articles/sova-battre/ask?wish=try", "/try?article=sova-battre"


def the_thanks(_owner: User | None, wish: Wish = Wish.TRY) -> tuple[str, str]:
    token = links.sign(THANKS, recorded(sent(wish=wish), now()).reference, now() + timedelta(days=1))
    return f"/thanks/{token}", f"/try?known={token}"


def the_thanks_for_something_else(owner: User) -> tuple[str, str]:
    return the_thanks(owner, Wish.ASK)


def a_private_page(_owner: User) -> tuple[str, str]:
    enquiry = recorded(sent(), now())
    address = private_address(enquiry.lead_id or 0, "siv@example.se", "sv", now())
    path = address.removeprefix("https://ledtrad.example.se").partition("?")[0]
    return path, f"/try?known={path.rpartition('/')[2]}"


def a_booking(owner: User) -> tuple[str, str]:
    with writing():
        lead = add_lead(add_contact(email="siv@example.se"))
        booked = add_consultation(lead, add_kind(add_host(owner)), ANOTHER_YEAR)
    return f"/booked/{booked_token(booked)}", f"/try?known={booked_token(booked)}"


PAGES = (an_article, the_form_for_a_question, the_thanks, the_thanks_for_something_else, a_private_page, a_booking)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_leads_to_what_can_be_tried(
    client: FlaskClient, owner: User, page: Callable[[User], tuple[str, str]]
) -> None:
    path, way = page(owner)
    offer()

    assert client.get(path).text.count(f'href="{way}"') == 1


@pytest.mark.parametrize("page", PAGES)
def test_a_page_leads_nowhere_while_nothing_is_offered(
    client: FlaskClient, owner: User, page: Callable[[User], tuple[str, str]]
) -> None:
    path, _ = page(owner)
    offer(is_offered=False)

    answer = client.get(path)

    assert answer.status_code == 200
    assert 'href="/try' not in answer.text


def test_who_comes_from_a_page_of_their_own_says_nothing_twice(client: FlaskClient, app: Flask) -> None:
    _, way = the_thanks(None)
    offer()

    form = client.get(client.get(way).location)

    assert 'name="email"' not in form.text
    assert 'name="street_address"' in form.text
