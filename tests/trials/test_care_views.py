"""The care around a trial on its page, and the reminder with one click."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from app.core.clock import now
from app.core.db import db, writing
from app.core.language import local_day
from app.mail.models import Message
from app.trials.models import Decision, TrialState
from tests.leads.page import read
from tests.signed_in import SignedIn
from tests.trials.walks import walk_to

A_DAY = timedelta(days=1)


def _reminders() -> list[str]:
    db.session.rollback()
    query = sa.select(Message.context).where(Message.kind == "trial_reminder").order_by(Message.id)
    return [context["about"] for context in db.session.scalars(query)]


def test_the_page_says_when_we_are_heard_of(app: Flask, owner_client: SignedIn) -> None:
    today = local_day(now())
    with writing():
        trial = walk_to(TrialState.OUT, starts_on=today - 2 * A_DAY, ends_on=today + 3 * A_DAY, now=now())
        trial.decision = Decision.RETURNS

    page = read(owner_client.get(f"/trials/{trial.id}").text)

    lines = page.partition("När vi hör av oss\n")[2].split("\n")[:8]
    assert [line.rpartition(" · ")[2] for line in lines] == [
        "överhoppad",
        "planerad",
        "behövs inte",
        "behövs inte",
        "planerad",
        "planerad",
        "behövs inte",
        "planerad",
    ]


def test_a_reminder_goes_with_one_click(app: Flask, owner_client: SignedIn) -> None:
    with writing():
        trial = walk_to(TrialState.RESERVED)

    page = owner_client.get(f"/trials/{trial.id}").text
    answer = owner_client.post(f"/trials/{trial.id}/remind")

    assert "Påminn om avtalet" in page
    assert (answer.status_code, answer.location) == (303, f"/trials/{trial.id}")
    assert "Påminnelsen är på väg." in owner_client.get(answer.location).text
    assert _reminders() == ["agreement"]


def test_a_second_click_says_why_not(app: Flask, owner_client: SignedIn) -> None:
    with writing():
        trial = walk_to(TrialState.RESERVED)
    owner_client.post(f"/trials/{trial.id}/remind")

    answer = owner_client.post(f"/trials/{trial.id}/remind", follow_redirects=True)

    assert "En påminnelse har gått den senaste timmen." in answer.text
    assert _reminders() == ["agreement"]


def test_whoever_left_no_address_is_to_be_called(app: Flask, owner_client: SignedIn) -> None:
    with writing():
        trial = walk_to(TrialState.RESERVED)
        trial.email = None

    page = owner_client.get(f"/trials/{trial.id}").text

    assert "påminn genom att ringa" in page
    assert "Påminn om avtalet" not in page


def test_a_trial_that_is_not_there_is_not_found(owner_client: SignedIn) -> None:
    assert owner_client.post("/trials/99/remind").status_code == 404
