"""What answers cost in processor time, which tells on a busy machine what the clock on the wall does not."""

from collections.abc import Collection
from pathlib import Path

import sqlalchemy as sa

from tests.server import Server


class Meter:
    """Adds up what a server has used so far, and the processes of PostgreSQL that it has asked already."""

    def __init__(self, server: Server) -> None:
        self._pids: Collection[int] = [*server.process_ids(), *_backends_of(server)]

    def seconds(self) -> float:
        """So far."""
        return sum(_seconds_of(thread) for pid in self._pids for thread in Path(f"/proc/{pid}/task").iterdir())


def _backends_of(server: Server) -> Collection[int]:
    if not server.database_url:
        return ()
    engine = sa.create_engine(server.database_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        ours = "datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        return connection.scalars(sa.text(f"SELECT pid FROM pg_stat_activity WHERE {ours}")).all()


def _seconds_of(thread: Path) -> float:
    return int((thread / "schedstat").read_text().split()[0]) / 1e9
