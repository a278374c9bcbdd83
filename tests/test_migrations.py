"""Every migration runs up and down on both databases, with rows in it, and ends at what the models say."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Enum, MetaData, create_engine, func, inspect, make_url, select, text

from app import create_app
from app.accounts.models import Role, TaskReminder, UserSession
from app.accounts.sessions import start_session
from app.commands import prepare_instance
from app.core import migrations
from app.core.db import Base, db, writing
from app.core.keys import FILE_NAME
from app.follow_ups.models import FollowUp, FollowUpKind
from app.follow_ups.services import plan
from app.leads.models import CallOutcome, EventKind, Lead, LeadEvent, LostReason
from app.leads.services import log_call, move_to_stage, tell
from app.leads.stages import Stage
from app.mail.addresses import suppression_key
from app.mail.models import MailTemplateVersion, SuppressionScope, Worker
from app.mail.suppressions import is_stopped, stop_marketing, stop_undeliverable
from app.settings.models import Business
from tests.conftest import NOW, TEST_SETTINGS, add_user, environment
from tests.leads.cast import add_contact, add_lead


@pytest.fixture
def own_app(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An application on a database that this test alone uses."""
    url = _own_postgres(request.getfixturevalue("postgres_url")) if database == "postgres" else ""
    with environment(LEDTRAD_INSTANCE=str(tmp_path), DATABASE_URL=url):
        prepare_instance(tmp_path)
        application = create_app(tmp_path, TEST_SETTINGS)
    migrations.init_app(application)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


def _own_postgres(url: str) -> str:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS migrations"))
        connection.execute(text("CREATE DATABASE migrations"))
    engine.dispose()
    return make_url(url).set(database="migrations").render_as_string(hide_password=False)


def test_the_tables_are_what_the_models_say(own_app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_down_and_up_again_with_rows(own_app: Flask) -> None:
    with writing() as session:
        session.add(LostReason(name_sv="För dyrt", name_en="Too expensive"))
        session.add(Worker(name="here:1", started_at=NOW, heartbeat_at=NOW + timedelta(seconds=5)))

    downgrade(revision="base")
    left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    upgrade()

    found = MetaData()
    found.reflect(db.engine)
    assert left == set()
    assert set(found.tables) - {"alembic_version"} == set(Base.metadata.tables)


def test_0002_finds_in_the_timeline_who_spoke_last(own_app: Flask) -> None:
    one, two, three = (NOW + timedelta(days=days) for days in (1, 2, 3))
    maj = add_user("maj@example.se", "Maj Ek", Role.OWNER)
    with writing():
        silent, spoken, met = (add_lead(add_contact(name)) for name in ("Siv Lund", "Bo Ek", "Åsa Öberg"))
        tell(silent, EventKind.ENQUIRY, one, about_id=1)
        tell(silent, EventKind.ANSWER, two, about_id=1)
        tell(silent, EventKind.NOTE, three, text="Väntar", actor=maj)
        log_call(spoken, CallOutcome.ANSWERED, None, maj, two)
        log_call(spoken, CallOutcome.VOICEMAIL, None, maj, three)
    ids = [silent.id, spoken.id, met.id]
    db.session.remove()

    downgrade(revision="0001")
    upgrade()

    leads = [db.session.get_one(Lead, lead_id) for lead_id in ids]
    assert [(lead.heard_at, lead.reached_out_at) for lead in leads] == [(one, two), (two, three), (NOW, None)]
    assert db.session.query(LeadEvent).count() == 6


def test_0004_takes_a_step_as_planned_when_it_was_made(own_app: Flask) -> None:
    with writing():
        step = plan(add_lead(add_contact("Siv Lund")), FollowUpKind.CALL, NOW + timedelta(days=2), NOW)
    step_id = step.id
    db.session.remove()

    downgrade(revision="0003")
    upgrade()

    assert db.session.get_one(FollowUp, step_id).planned_at == NOW


def test_0005_leaves_no_address_with_fewer_stops(own_app: Flask) -> None:
    with writing():
        for address in ("gone@example.com", "both@example.com"):
            stop_undeliverable(address, NOW)
        for address in ("no@example.com", "both@example.com"):
            stop_marketing(suppression_key(address), NOW)
    db.session.remove()

    downgrade(revision="0004")
    upgrade()

    addresses = ("gone@example.com", "both@example.com", "no@example.com")
    assert [is_stopped(address, SuppressionScope.ALL) for address in addresses] == [True, True, True]
    with writing():
        told = [stop_marketing(suppression_key(address), NOW) for address in addresses]
    assert told == [True, True, True]


def test_0011_keeps_users_and_all_that_points_to_them(own_app: Flask) -> None:
    maj = add_user("maj@example.se", "Maj Ek", Role.OWNER)
    with writing():
        lead = add_lead(add_contact("Siv Lund"))
        lead.owner = maj
        start_session(maj, "Firefox", NOW)
    lead_id = lead.id
    db.session.remove()

    downgrade(revision="0010")
    upgrade()

    lead = db.session.get_one(Lead, lead_id)
    assert lead.owner
    assert (lead.owner.name, lead.owner.task_reminder, lead.owner.wants_digest) == ("Maj Ek", TaskReminder.HOUR, True)
    assert db.session.query(UserSession).count() == 1


def test_0018_finds_in_the_timeline_how_long_leads_stood(own_app: Flask) -> None:
    with writing():
        siv, bo = (add_lead(add_contact(name), now=NOW) for name in ("Siv Lund", "Bo Ek"))
        move_to_stage(siv, Stage.CONTACTED, None, NOW + timedelta(hours=2))
        move_to_stage(bo, Stage.TRIAL, None, NOW + timedelta(hours=3))
        move_to_stage(siv, Stage.WON, None, NOW + timedelta(hours=7))
        tell(siv, EventKind.NOTE, NOW + timedelta(hours=8), text="Glad")
    db.session.remove()

    downgrade(revision="0017")
    upgrade()

    stood = db.session.execute(select(LeadEvent.stood_seconds).order_by(LeadEvent.at)).scalars()
    assert list(stood) == [2 * 3600, 3 * 3600, 5 * 3600, None]


def test_running_init_again_changes_nothing(own_app: Flask, tmp_path: Path) -> None:
    url = db.engine.url.render_as_string(hide_password=False)

    def state() -> tuple[bytes, list[str], int, int, int]:
        db.session.rollback()
        tables = (LostReason, Business, MailTemplateVersion)
        rows = (db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
        return (tmp_path / FILE_NAME).read_bytes(), sorted(inspect(db.engine).get_table_names()), *rows

    before = state()
    with environment(LEDTRAD_INSTANCE=str(tmp_path), DATABASE_URL=url):
        prepare_instance(tmp_path)

    assert before[2:] == (7, 1, 6)
    assert state() == before


def test_the_database_allows_each_enum_the_words_of_its_model(own_app: Flask) -> None:
    allowed = {
        (table, check["name"]): set(re.findall(r"'([^']*)'", check["sqltext"]))
        for table in Base.metadata.tables
        for check in inspect(db.engine).get_check_constraints(table)
    }
    enums = [
        (table.name, column.name, column.type)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Enum)
    ]

    differing = [
        f"{table}.{column}"
        for table, column, kind in enums
        if allowed[table, f"ck_{table}_{kind.name}"] != {*kind.enums}
    ]

    assert enums
    assert differing == []
