"""What SQLite knows of how much its tables hold, and so which index serves a statement best.

PostgreSQL finds out by itself. SQLite goes by rules of thumb until it is told to look.
"""

from datetime import datetime

from app.core.db import current_connection, db, writing
from app.core.driver import run

LARGE_PAGES = 5000
"""In a database with fewer pages in use (20 MB) every way is quick, and sizes that are soon outgrown would mislead."""
ROWS_LOOKED_AT = 1000
"""Of an index; the rest is estimated, so that it takes a moment at any size. Any limit also keeps a SQLite that can
take samples of what is stored from doing so."""


def learn_sizes(_now: datetime) -> int:
    """Let SQLite look at the indexes of a database that has grown large; says at how many it looked."""
    if db.engine.dialect.name != "sqlite" or _pages_in_use() < LARGE_PAGES:
        return 0
    with writing():
        connection = current_connection()
        run(connection, f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
        run(connection, "DROP TABLE IF EXISTS sqlite_stat1")  # made anew, it is read anew by connections that are open
        run(connection, "ANALYZE")
        [(count,)] = run(connection, "SELECT count(*) FROM sqlite_stat1 WHERE idx IS NOT NULL")
    return int(count)


def _pages_in_use() -> int:
    connection = current_connection()
    [(pages,)], [(free,)] = run(connection, "PRAGMA page_count"), run(connection, "PRAGMA freelist_count")
    return int(pages - free)
