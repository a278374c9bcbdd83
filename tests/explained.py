"""How a database goes about what it is asked."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from app.core.db import db


def explained(ask: Callable[[], object]) -> str:
    """The plans of all statements that are run to answer. PostgreSQL is kept from walking a table that is small."""
    run: list[tuple[str, Any]] = []

    def remember(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        run.append((statement, parameters))

    sa.event.listen(db.engine, "before_cursor_execute", remember)
    try:
        ask()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", remember)
    return "\n".join(_plan_of(statement, parameters) for statement, parameters in run)


def let_postgres_look(table: str) -> None:
    """Let PostgreSQL choose by what the table holds now. SQLite goes by its rules."""
    if db.engine.dialect.name != "sqlite":
        db.session.flush()
        db.session.execute(sa.text(f"ANALYZE {table}"))


def _plan_of(statement: str, parameters: Any) -> str:
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all())
    connection.exec_driver_sql("SET enable_seqscan = off")
    try:
        return str(connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).all())
    finally:
        connection.exec_driver_sql("RESET enable_seqscan")
