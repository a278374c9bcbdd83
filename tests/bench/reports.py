"""How quickly each report answers, as a crowd with its history behind it grows."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import Any

import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db, writing
from app.core.rows import table_of
from app.leads.lost_reasons import FIRST_LOST_REASONS
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.stages import WALK, Stage
from tests.bench.bulk import in_haste, learn, store
from tests.bench.crowd import SEED, add_crowd
from tests.bench.lists import in_ms, times
from tests.bench.place import Place
from tests.bench.report import Figure, say, say_heading

SIZES = (1_000, 10_000)
"""Before as many as are asked for."""
AIM_MS = 200
ROUNDS = 10
PAGES = ("", "funnel", "articles", "articles?touch=last", "answers", "sources", "lost", "trials")
"""Each of the last twelve months and the twelve before, and of all time."""
NOT_MOVED = {"from_stage": None, "to_stage": None, "stood_seconds": None}


def measure(place: Place, contacts: int) -> None:
    """Fill a database for each size, and time the reports over HTTP: one client, one request after another."""
    for size in (*(size for size in SIZES if size < contacts), contacts):
        _measure(place, size)


def _measure(place: Place, contacts: int) -> None:
    server, bare = place.server(), place.bare_server()
    server.prepare()
    with server.app.app_context():
        add_crowd(now() - timedelta(minutes=1), contacts)
        add_histories()
    server.start()
    bare.start()
    cookie = server.cookie_of("maj@example.se")
    say_heading(f"Reports of {contacts} leads, {place.database}; the limit is a bare page of 30 rows")
    limit = times(bare.port, "/letters", "", ROUNDS)
    for page in PAGES:
        for period in ("year", "all"):
            path = f"/reports/{page}{'&' if '?' in page else '?'}period={period}"
            load = times(server.port, path, cookie, ROUNDS)
            say(Figure(path, in_ms(load), in_ms(limit), f"p50 {AIM_MS} ms", load.percentile_ms(50) <= AIM_MS))
    server.close()
    bare.close()


def add_histories() -> None:
    """What each lead of the crowd would have on its timeline: an answer, and the stages up to where it stands."""
    chance = random.Random(SEED)
    leads = iter(db.session.execute(sa.select(Lead.id, Lead.stage, Lead.created_at, Lead.active_at)).all())
    with in_haste(table_of(LeadEvent)):
        while batch := list(islice(leads, 5000)):
            with writing():
                store(table_of(LeadEvent), [line for lead in batch for line in _lines(*lead, chance)])
    with writing() as session:
        session.execute(
            sa.update(Lead).where(Lead.stage == Stage.LOST).values(lost_reason_id=1 + Lead.id % len(FIRST_LOST_REASONS))
        )
    learn()


def _lines(
    lead_id: int, stage: Stage, came_at: datetime, active_at: datetime, chance: random.Random
) -> Iterator[dict[str, Any]]:
    if stage is not Stage.NEW:
        waited = timedelta(hours=chance.expovariate(1 / 15))
        yield _line(lead_id, EventKind.ANSWER, came_at + waited)
    far = WALK.index(stage) if stage in WALK else len(WALK) - 1 if stage is Stage.WON else chance.randrange(len(WALK))
    path = [*WALK[: far + 1], *([stage] if stage not in WALK else [])]
    stay = (active_at - came_at) / len(path)
    for number, (left, reached) in enumerate(pairwise(path), start=1):
        moved = {"from_stage": left, "to_stage": reached, "stood_seconds": int(stay.total_seconds())}
        yield _line(lead_id, EventKind.STAGE, came_at + stay * number, moved)


def _line(lead_id: int, kind: EventKind, at: datetime, moved: Mapping[str, Any] = NOT_MOVED) -> dict[str, Any]:
    return {"lead_id": lead_id, "kind": kind, "at": at, **moved}
