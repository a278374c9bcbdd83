"""Queueing for what no row stands for yet: who looks first and writes after must be alone with what they looked for."""

from hashlib import blake2b

import sqlalchemy as sa

from app.core.db import db


def take_turns(*keys: str) -> None:
    """Wait, inside `writing()`, until all others who named one of these keys have stored theirs or given up.

    On PostgreSQL; on SQLite all who write queue anyway.
    """
    if db.engine.dialect.name == "postgresql":
        for number in sorted(_lock_number(key) for key in keys):  # in one order, so that no two wait for each other
            db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def _lock_number(key: str) -> int:
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)
