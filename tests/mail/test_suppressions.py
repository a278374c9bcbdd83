from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db, writing
from app.mail.addresses import suppression_key
from app.mail.models import Suppression, SuppressionScope
from app.mail.suppressions import allow_marketing, is_stopped, stop_marketing, stop_undeliverable, try_again
from tests.conftest import NOW

ANNA = "Anna@example.com"


def _stops(address: str = ANNA) -> list[str]:
    return [scope for scope in SuppressionScope if is_stopped(address, scope)]


def test_each_scope_is_a_stop_of_its_own(app: Flask) -> None:
    with writing():
        stop_undeliverable(ANNA, NOW)
        stop_marketing(suppression_key("bo@example.com"), NOW)

    assert (_stops(), _stops("anna@EXAMPLE.com"), _stops("bo@example.com")) == (["all"], ["all"], ["marketing"])


def test_stopping_twice_is_stopping_once(app: Flask) -> None:
    with writing():
        told = [stop_marketing(suppression_key(ANNA), NOW + timedelta(days=day)) for day in (0, 1)]
        stop_undeliverable(ANNA, NOW)
        stop_undeliverable(ANNA, NOW)

    assert told == [True, False]
    rows = db.session.execute(select(Suppression.scope, Suppression.reason, Suppression.at)).all()
    assert sorted(rows) == [("all", "undeliverable", NOW), ("marketing", "unsubscribed", NOW)]


def test_no_address_is_kept(app: Flask) -> None:
    with writing():
        stop_undeliverable(ANNA, NOW)

    assert "anna" not in str(db.session.execute(select(Suppression.__table__)).all()).lower()


@pytest.mark.parametrize(("hours", "left"), [(-1, ["all", "marketing"]), (0, ["all", "marketing"]), (1, ["all"])])
def test_only_a_later_yes_lifts_a_no_and_nothing_else(app: Flask, hours: int, left: list[str]) -> None:
    with writing():
        stop_undeliverable(ANNA, NOW)
        stop_marketing(suppression_key(ANNA), NOW)

    with writing():
        allow_marketing("anna@example.com", NOW + timedelta(hours=hours))

    assert _stops() == left


def test_trying_again_leaves_a_persons_no(app: Flask) -> None:
    with writing():
        stop_undeliverable(ANNA, NOW)
        stop_marketing(suppression_key(ANNA), NOW)
        try_again(ANNA)

    assert _stops() == ["marketing"]
