"""Days that go by in a moment: what is stored about leads and trials becomes so much older, and the clock stands."""

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from app.core.db import Base, UtcDateTime, writing
from tests.server import Server

AGES = (
    "lead",
    "lead_event",
    "follow_up",
    "trial",
    "trial_change",
    "unit_day",
    "unit_change",
    "touch_point",
    "protocol",
    "agreement",
    "check_in",
)

"""The tables in which time passes; who is signed in, and what the scheduler does, stays as it is."""


def let_days_pass(server: Server, days: int) -> None:
    """Everything about leads and trials happened, and is due, so many days earlier than it did and was."""
    age = timedelta(days=days)
    with server.app.app_context(), writing() as session:
        for table in (Base.metadata.tables[name] for name in AGES):
            columns = list(_ageing(table))
            keys = list(table.primary_key)
            for row in session.execute(sa.select(table).order_by(*keys)).mappings().all():
                older = {column.name: row[column] - age for column in columns if row[column] is not None}
                is_row = sa.and_(*(key == row[key] for key in keys))
                session.execute(sa.update(table).where(is_row).values(older))


def _ageing(table: sa.Table) -> Iterator[sa.Column[object]]:
    return (column for column in table.columns if isinstance(column.type, UtcDateTime | sa.Date))
