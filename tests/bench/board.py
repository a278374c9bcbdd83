"""How quickly the board answers: with a thousand contacts, with ten and a hundred times as many, and filtered."""

from datetime import timedelta

import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db, writing
from app.leads.models import IS_ON_BOARD, Lead
from app.leads.own_stages import first_stage
from app.leads.stages import Stage
from tests.bench.bulk import learn
from tests.bench.crowd import add_crowd
from tests.bench.lists import times
from tests.bench.place import Place
from tests.bench.report import Figure, say, say_heading
from tests.bench.search import SMALLER

AIM_MS = 50
MOST_OPEN = 10_000
"""A crowd has more of them after some years; what is over is lost."""


def measure(place: Place, contacts: int) -> None:
    """Time the board over HTTP at each size up to `contacts`: one client, one request after another."""
    for how_many in (*(size for size in SMALLER if size < contacts), contacts):
        _measure_at(place, how_many)


def _measure_at(place: Place, contacts: int) -> None:
    server = place.server()
    server.prepare()
    with server.app.app_context():
        add_crowd(now() - timedelta(minutes=1), contacts)
        how_many, lead_id = _spread()
        column_id = first_stage(Stage.RESTING).id
    server.start()
    cookie = server.cookie_of("maj@example.se")
    say_heading(f"The board at {contacts} contacts, {how_many} leads open, {place.database}")
    for what, path in _pages(column_id, lead_id).items():
        load = times(server.port, path, cookie, more="HX-Request: true\r\n" if "/board/" in path else "")
        p50, p95 = load.percentile_ms(50), load.percentile_ms(95)
        say(Figure(what, f"p50 {p50:.1f} ms, p95 {p95:.1f} ms", "", f"p50 {AIM_MS} ms", p50 <= AIM_MS))


def _pages(column_id: int, lead_id: int) -> dict[str, str]:
    return {
        "all of it": "/leads/board",
        "mine": "/leads/board?owner=me",
        "of an article": "/leads/board?article=1",
        "horses": "/leads/board?subject=horse",
        "stale": "/leads/board?stale=unworked",
        "without a next step": "/leads/board?step=none",
        "by a name": "/leads/board?q=anna+lind",
        "more of a column": f"/leads/board/columns/{column_id}",
        "a card that has moved": f"/leads/board/cards/{lead_id}",
    }


def _spread() -> tuple[int, int]:
    """Open leads as they are on a board: spread over it, two of three with a value, one of four without a next step."""
    with writing() as session:
        kept = sa.select(Lead.id).where(IS_ON_BOARD).order_by(Lead.id).limit(MOST_OPEN).subquery()
        session.execute(
            sa.update(Lead)
            .where(IS_ON_BOARD, Lead.id.not_in(sa.select(kept)))
            .values(stage=Stage.LOST, closed_at=now())
        )
        session.execute(sa.update(Lead).where(Lead.id % 3 > 0).values(value_ore=Lead.id % 40 * 1_000_00))
        session.execute(sa.update(Lead).where(Lead.id % 4 == 0).values(next_step_at=None))
    learn()
    return db.session.execute(sa.select(sa.func.count(), sa.func.min(Lead.id)).where(IS_ON_BOARD)).one()._tuple()
