"""Planners and schedulers that do the same at the same time: processes of their own, with a real mail server."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.clock import now
from app.core.db import db, writing
from app.mail.kinds import Kind
from app.mail.models import Message
from app.plans.services import start
from tests.mail.post_office import PostOffice
from tests.mail.processes import (
    PATIENCE_SECONDS,
    are_all_sent,
    by_smtp,
    processes,
    wait_until,
    works,
)
from tests.plans.cast import make_lead, make_plan
from tests.together import told_at_once

PLANNED, LEADS = 200, 20


@pytest.fixture
def schedulers(app: Flask, office: PostOffice, database: str, tmp_path: Path) -> int:
    """How many may work on the database at once: two machines, or the only one that SQLite takes."""
    return 1 if database == "sqlite" else 2


def test_planners_and_schedulers_at_once_plan_and_send_each_mail_once(
    app: Flask, kinds: dict[str, Kind], office: PostOffice, tmp_path: Path, schedulers: int
) -> None:
    with processes(app, tmp_path, schedulers, **by_smtp(office)) as started:
        for process in started:
            works(process)

        first = _planned_at_once(app, planners=2)
        wait_until(are_all_sent, started[0])

    keys = set(db.session.scalars(select(Message.dedupe_key)))
    ids = set(db.session.scalars(select(Message.message_id)))
    assert sum(first) == PLANNED
    assert keys == {f"planned:{number}" for number in range(PLANNED)}
    assert office.ids() == dict.fromkeys(ids, 1)


def _planned_at_once(app: Flask, planners: int) -> list[int]:
    """Let several processes plan the same mails; how many each was the first to plan."""
    told = told_at_once(app, "tests.mail.planner_process", [[str(PLANNED)]] * planners, PATIENCE_SECONDS)
    return [int(words) for words in told]


def test_schedulers_at_once_make_each_letter_of_a_plan_once(
    app: Flask, office: PostOffice, tmp_path: Path, schedulers: int
) -> None:
    with writing():
        plan = make_plan(0, sends_by_itself=True)
        for number in range(LEADS):
            start(plan, make_lead(f"Kontakt {number}", f"k{number}@example.se"), None, now() - timedelta(days=1))

    with processes(app, tmp_path, schedulers, **by_smtp(office)) as started:
        wait_until(lambda: len(office.taken) >= LEADS and are_all_sent(), started[0])
        for process in started:
            works(process)

    assert sorted(address for address, _ in office.taken) == sorted(f"k{number}@example.se" for number in range(LEADS))
    assert len(db.session.scalars(select(Message.id)).all()) == LEADS
