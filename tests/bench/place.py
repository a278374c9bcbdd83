"""Where a measurement runs: folders and databases of its own, and the servers on them; all gone afterwards."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import own_database
from tests.server import LEDTRAD, Server


class BareServer(Server):
    """The limit, `tests.bench.bare`, on a database of its own."""

    def command(self) -> list[str]:
        url = self.database_url or f"sqlite:///{self.instance}/bare.sqlite3"
        return [sys.executable, "-m", "tests.bench.bare", str(self.port), url]


class WebServer(Server):
    """The web alone, without the scheduler that sends what it plans."""

    def command(self) -> list[str]:
        return [LEDTRAD, "web", "--port", str(self.port)]


@dataclass
class Place:
    """One kind of database, and what has been opened on it. `postgres` is a server's address, empty for SQLite."""

    database: str
    folder: Path
    postgres: str
    stack: ExitStack

    def server(self, kind: type[Server] = Server, kept: Path | None = None, **settings: str) -> Server:
        """A server that has not been started, on an empty instance and database; or on an instance that is kept."""
        instance = kept or Path(tempfile.mkdtemp(dir=self.folder))
        instance.mkdir(parents=True, exist_ok=True)
        url = self.stack.enter_context(own_database(self.postgres)) if self.postgres else ""
        server = kind(instance, url, **settings)
        self.stack.callback(server.close)
        return server

    def bare_server(self) -> BareServer:
        """The limit, not started yet."""
        bare = self.server(BareServer)
        assert isinstance(bare, BareServer)
        return bare


@contextmanager
def place_on(database: str, postgres: str) -> Iterator[Place]:
    """A place for one measurement."""
    with tempfile.TemporaryDirectory(prefix="ledtrad-bench-") as folder, ExitStack() as stack:
        yield Place(database, Path(folder), postgres, stack)
