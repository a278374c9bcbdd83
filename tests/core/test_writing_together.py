"""Writers that share one commit. Only SQLite has one lock for all of them; on PostgreSQL each commits for itself."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from app.contacts.models import Contact
from app.core.db import after_commit, current_connection, db, writing
from app.core.errors import StorageUnavailable
from app.core.rows import plain, store
from app.core.write_queue import MOST_TOGETHER, WriteQueue
from tests.conftest import NOW

Act = Callable[[str], None]


@pytest.fixture
def database() -> str:
    return "sqlite"


class Crowd:
    """Writers in threads of their own, who all come while another one writes, in the order of their names."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._queue: WriteQueue = app.extensions["ledtrad.write_queue"]
        self.outcomes: dict[str, Any] = {}
        self.commits = 0

    def write(self, **acts: Act) -> None:
        """Let each do what it does, after having stored a contact of its name."""
        event.listen(db.engine, "commit", self._count)
        with self._queue.turn(5):
            threads = [self._start(name, act) for name, act in acts.items()]
        for thread in threads:
            thread.join(20)
        event.remove(db.engine, "commit", self._count)

    def _start(self, name: str, act: Act) -> threading.Thread:
        waiting = len(self._queue._threads._queue)
        thread = threading.Thread(target=self._write, args=(name, act))
        thread.start()
        while len(self._queue._threads._queue) == waiting:
            pass
        return thread

    def _write(self, name: str, act: Act) -> None:
        with self._app.app_context():
            try:
                with writing(together=True):
                    after_commit(lambda: self.outcomes.update({name: _stored()}))
                    store(plain(Contact, name=name, name_key=name, created_at=NOW, active_at=NOW))
                    act(name)
            except Exception as error:
                self.outcomes[name] = type(error)

    def _count(self, _connection: object) -> None:
        self.commits += 1


def _stored() -> list[str]:
    """What anybody else can see, on a connection of its own."""
    with db.engine.connect() as connection:
        return list(connection.scalars(sa.select(Contact.name).order_by(Contact.id)))


def _nothing(_name: str) -> None:
    """Store the contact, and that is all."""


def _fail(_name: str) -> None:
    raise ZeroDivisionError


def _lose_transaction(_name: str) -> None:
    """What SQLite does by itself when the disk is full."""
    driver: Any = current_connection().connection.driver_connection
    driver.execute("ROLLBACK")


@contextmanager
def _commits_fail() -> Iterator[None]:
    def fail(_connection: object) -> None:
        raise OSError("the disk is gone")

    event.listen(db.engine, "commit", fail)
    yield
    event.remove(db.engine, "commit", fail)


def test_who_comes_together_shares_one_commit_and_hears_of_it_afterwards(app: Flask) -> None:
    crowd = Crowd(app)

    crowd.write(anna=_nothing, bo=_nothing, cilla=_nothing)

    everybody = ["anna", "bo", "cilla"]
    assert crowd.commits == 1
    assert crowd.outcomes == dict.fromkeys(everybody, everybody)


def test_one_who_fails_takes_nobody_along(app: Flask) -> None:
    crowd = Crowd(app)

    crowd.write(anna=_nothing, bo=_fail, cilla=_nothing)

    assert crowd.commits == 1
    assert crowd.outcomes == {"anna": ["anna", "cilla"], "bo": ZeroDivisionError, "cilla": ["anna", "cilla"]}


def test_the_last_one_to_fail_still_commits_for_the_others(app: Flask) -> None:
    crowd = Crowd(app)

    crowd.write(anna=_nothing, bo=_fail)

    assert crowd.outcomes == {"anna": ["anna"], "bo": ZeroDivisionError}


def test_nobody_is_told_of_success_when_the_commit_fails(app: Flask) -> None:
    crowd = Crowd(app)

    with _commits_fail():
        crowd.write(anna=_nothing, bo=_nothing)

    assert crowd.outcomes == {"anna": StorageUnavailable, "bo": StorageUnavailable}
    assert _stored() == []


def test_nobody_is_told_of_success_when_the_transaction_is_lost(app: Flask) -> None:
    crowd = Crowd(app)

    crowd.write(anna=_nothing, bo=_lose_transaction, cilla=_nothing)

    assert (crowd.outcomes["anna"], crowd.outcomes["bo"]) == (StorageUnavailable, StorageUnavailable)
    assert crowd.outcomes["cilla"] == _stored() == ["cilla"]


def test_the_first_does_not_wait_for_ever(app: Flask) -> None:
    crowd = Crowd(app)

    crowd.write(**{f"n{number}": _nothing for number in range(MOST_TOGETHER + 1)})

    assert crowd.commits == 2
    assert len(_stored()) == MOST_TOGETHER + 1


def test_a_write_that_cannot_begin_leaves_the_queue_open(app: Flask) -> None:
    def refuse(_connection: object) -> None:
        raise OSError("no file")

    event.listen(db.engine, "begin", refuse)
    with pytest.raises(OSError, match="no file"), writing(together=True):
        pass
    event.remove(db.engine, "begin", refuse)

    with writing(together=True):
        store(plain(Contact, name="anna", name_key="anna", created_at=NOW, active_at=NOW))
    assert _stored() == ["anna"]


def test_later_changes_and_reads_are_the_sessions_own_again(app: Flask) -> None:
    with writing(together=True):
        contact = store(plain(Contact, name="anna", name_key="anna", created_at=NOW, active_at=NOW))
    assert contact.name == "anna"

    with writing():
        contact.name = "bo"

    assert _stored() == ["bo"]
