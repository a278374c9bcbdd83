from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text, update

from app.accounts.models import User
from app.commands import doctor
from app.consultations.hosts import ImportedCalendar
from app.core.clock import now
from app.core.db import db, writing
from app.core.ticking import Report
from app.mail.channels import pause
from app.mail.models import Message, MessageState
from app.mail.services import queue
from app.mail.worker import beat
from app.plans.services import advance, start
from app.settings.models import Business
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.leads.cast import add_contact, add_lead
from tests.plans.cast import make_lead, make_plan


@pytest.fixture
def is_alive(app: Flask) -> None:
    with writing():
        beat("here:1", now(), (), now())


def _doctor(app: Flask) -> Result:
    result = app.test_cli_runner().invoke(doctor)
    db.session.rollback()
    return result


def _assert_finds(app: Flask, words: str) -> None:
    result = _doctor(app)
    assert words in result.output
    assert result.exit_code == 1


def _plan(at: datetime) -> Message:
    with writing():
        message = queue(
            "answer_notice",
            address="siv@example.se",
            language="sv",
            dedupe_key="answer:1",
            context={"answer": 1},
            now=at,
        )
    assert message is not None
    return message


def test_a_healthy_house_is_well(app: Flask, is_alive: None) -> None:
    result = _doctor(app)

    assert (result.output, result.exit_code) == ("All is well.\n", 0)


def test_a_house_without_a_scheduler_is_not(app: Flask) -> None:
    _assert_finds(app, "The scheduler has never run here.")


def test_a_scheduler_that_has_fallen_silent_is_told(app: Flask) -> None:
    with writing():
        beat("here:1", now(), (), now() - timedelta(minutes=12))

    _assert_finds(app, "The scheduler last gave a sign of life 12 minutes ago.")


def test_keys_that_others_can_read_are_told(app: Flask, is_alive: None) -> None:
    keys = Path(app.instance_path) / "keys.json"
    keys.chmod(0o644)
    try:
        _assert_finds(app, f"Run `chmod 600 {keys}`.")
    finally:
        keys.chmod(0o600)


def test_a_database_of_another_version_is_told(app: Flask, is_alive: None) -> None:
    with writing() as session:
        [before] = session.scalars(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    try:
        _assert_finds(app, "The database is not of this version. Run `ledtrad init`")
    finally:
        with writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :it").bindparams(it=before))


def test_failing_mail_is_told(app: Flask, is_alive: None) -> None:
    with writing():
        pause("smtp", now() - timedelta(minutes=20), "535 authentication failed", is_probe=False)

    _assert_finds(app, "Mail by smtp has been failing for 20 minutes: 535 authentication failed.")


def test_a_mail_that_waits_too_long_is_told(app: Flask, is_alive: None) -> None:
    _plan(now() - timedelta(minutes=30))

    _assert_finds(app, "A mail has been waiting for 30 minutes.")


def test_mails_that_wait_for_a_person_are_told(app: Flask, is_alive: None) -> None:
    message = _plan(now())
    with writing() as session:
        session.get_one(Message, message.id).state = MessageState.DEAD

    _assert_finds(app, "Mails not sent that wait for a person: 1.")


def test_what_came_too_late_is_told(app: Flask, is_alive: None) -> None:
    message = _plan(now())
    with writing() as session:
        session.get_one(Message, message.id).state = MessageState.EXPIRED

    _assert_finds(app, "Mails that came too late to be sent, and that nobody has seen: 1. See Today.")


def test_letters_that_wait_long_for_approval_are_told(app: Flask, is_alive: None) -> None:
    with writing():
        run = start(make_plan(1), make_lead(), None, now() - timedelta(days=9))
        advance(run, now() - timedelta(days=2))

    _assert_finds(app, "Letters that have waited for approval for more than a day: 1. See Today.")


def test_a_calendar_that_has_not_been_read_for_hours_is_told(app: Flask, is_alive: None, owner: User) -> None:
    with writing() as session:
        address, long_ago = "https://calendar.example.com/hemlig.ics", now() - timedelta(hours=7)
        host = add_host(owner)
        session.add(
            ImportedCalendar(
                host=host, name="Jobbet", address=address, tried_at=now(), fetched_at=long_ago, failure="refused"
            )
        )

    _assert_finds(app, "A calendar kept elsewhere could not be read for 7 hours (refused). See Today.")


def test_a_job_that_fails_every_time_is_told(app: Flask, is_alive: None) -> None:
    for minutes in (20, 1):
        with writing():
            at = now() - timedelta(minutes=minutes)
            beat("here:1", at, [Report("plan_digests", at, 1, 0, "OSError")], now())

    _assert_finds(app, "The job plan_digests has failed every time for 20 minutes.")


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"MAIL_TRANSPORT": "pigeon"}, "LEDTRAD_MAIL is neither"),
        ({"SMTP_SECURITY": "ssl"}, "LEDTRAD_SMTP_SECURITY is neither"),
        ({"SMTP_SECURITY": "none", "SMTP_HOST": "mejl.example.se"}, "travels unencrypted"),
        ({"PUBLIC_URL": "http://127.0.0.1:8000"}, "Links in mail lead to this machine only."),
    ],
)
def test_settings_that_cannot_be_right_are_told(
    app: Flask, is_alive: None, settings: dict[str, str], words: str
) -> None:
    app.config.update({"MAIL_TRANSPORT": "smtp", **settings})

    _assert_finds(app, words)


def test_mail_without_a_sender_is_told(app: Flask, is_alive: None) -> None:
    app.config["MAIL_TRANSPORT"] = "smtp"
    with writing() as session:
        session.execute(update(Business).values(email=""))

    _assert_finds(app, "Mail has no sender.")


def test_a_consultation_whose_outcome_nobody_tells_is_told_of_after_two_days(
    app: Flask, is_alive: None, owner: User
) -> None:
    with writing():
        kind = add_kind(add_host(owner))
        talk = add_consultation(add_lead(add_contact()), kind, now() - timedelta(hours=47))
    before = _doctor(app)
    with writing():
        talk.starts_at -= timedelta(hours=2)
        talk.ends_at -= timedelta(hours=2)

    assert before.exit_code == 0
    _assert_finds(app, "Consultations that nobody has told the outcome of for more than two days: 1. See Today.")
