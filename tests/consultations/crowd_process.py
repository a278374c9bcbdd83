"""One of several processes in which many visitors book at once, each in a thread of its own.

Its arguments are the first visitor's number, how many they are, what they do and which guards are on. It says "ready",
waits for a line, and then prints what each visitor met with, as JSON.
"""

import json
import random
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import TypeVar
from unittest import mock

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.consultations import choosing, holds
from app.consultations.booking import Booker, Details
from app.consultations.ending import cancel
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind
from app.consultations.models import Consultation
from app.consultations.queries import consultation_to_change
from app.consultations.refusals import TimeTaken
from app.consultations.services import book, move
from app.consultations.travel import NO_TRAVEL, Travel
from app.contacts.services import person
from app.core.db import db, writing
from app.core.errors import StorageUnavailable
from app.leads.queries import lead_to_change
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from tests.conftest import NOW
from tests.consultations.cast import TOMORROW_AT_NINE

Met = TypeVar("Met")

DEADLOCK = "40P01"
PATIENCE = 20
"""How often a visitor tries again, on a machine that has much else to do."""
PEOPLE = 7
"""Visitors share as many names and addresses, so that they meet on the same contacts and leads too."""
TRIES = 3
LAST_QUARTER = 28
"""Of an hour, since nine: the longest of them ends at five then."""
WAYS = {"short": NO_TRAVEL, "long": NO_TRAVEL, "visit": Travel(30)}
"""The kinds, and how far it is to where they are held."""
BOOK, CHANGE = "book", "book and change"
ALL_GUARDS, CELLS_ALONE = "all guards", "cells alone"


class Visitor:
    """Somebody who presses random times of random kinds. Of those who change, some have bought after their first
    booking, and all move their second and cancel their third."""

    def __init__(self, app: Flask, number: int, habit: str, start: threading.Barrier) -> None:
        self._app = app
        self._number = number
        self._habit = habit
        self._start = start
        self._random = random.Random(number)
        self.met: list[dict[str, object]] = []

    def visit(self) -> list[dict[str, object]]:
        with self._app.app_context():
            self._start.wait(60)
            for turn in range(TRIES):
                self._try(turn)
        return self.met

    def _try(self, turn: int) -> None:
        slug, starts_at = self._random.choice(list(WAYS)), self._any_start()
        report: dict[str, object] = {"kind": slug, "starts_at": starts_at.isoformat()}
        self.met.append(report)
        try:
            booked = report["booked"] = patiently(lambda: self._book(slug, starts_at, f"visitor {self._number}.{turn}"))
            if self._habit == CHANGE:
                self._change(turn, booked)
        except TimeTaken as taken:
            report["nearest"] = [start.isoformat() for start in taken.nearest]
        except Exception as fault:
            report["fault"] = f"{fault!r} from {fault.__cause__!r}"

    def _change(self, turn: int, booked: int) -> None:
        to = self._any_start()
        if turn == 0 and self._number % 4 == 0:
            patiently(lambda: _win(booked))
        elif turn == 1:
            patiently(lambda: _move(booked, to))
        elif turn == 2:
            patiently(lambda: _cancel(booked))

    def _any_start(self) -> datetime:
        return TOMORROW_AT_NINE + timedelta(minutes=15) * self._random.randint(0, LAST_QUARTER)

    def _book(self, slug: str, starts_at: datetime, nonce: str) -> int:
        who = self._number % PEOPLE
        by = Booker(person(f"Siv {who}", f"siv{who}@example.se"))
        with writing():
            kind = db.session.scalars(sa.select(ConsultationKind).filter_by(slug=slug)).one()
            return book(kind, starts_at, nonce, by, Details(), NOW, travel=WAYS[slug]).id


def patiently(act: Callable[[], Met]) -> Met:
    """Try again where the storage is busy for too long, as the page asks visitors to; but nobody waits in a ring."""
    for _time in range(PATIENCE):
        try:
            return act()
        except StorageUnavailable as busy:
            if getattr(getattr(busy.__cause__, "orig", None), "sqlstate", None) == DEADLOCK:
                raise
    return act()


def _win(consultation_id: int) -> None:
    with writing():
        lead = lead_to_change(db.session.get_one(Consultation, consultation_id).lead_id)
        if lead is not None and lead.is_walking:
            move_to_stage(lead, Stage.WON, None, NOW)


def _move(consultation_id: int, to: datetime) -> None:
    with writing():
        consultation = consultation_to_change(consultation_id)
        assert consultation is not None
        if consultation.is_ahead:  # else its lead was won meanwhile
            move(consultation, to, NOW)


def _cancel(consultation_id: int) -> None:
    with writing():
        consultation = consultation_to_change(consultation_id)
        assert consultation is not None
        cancel(consultation, NOW)


def main(first: int, count: int, habit: str, guards: str) -> None:
    """Let the visitors in, all at the same moment."""
    app = create_app()
    start = threading.Barrier(count)
    visitors = [Visitor(app, first + number, habit, start) for number in range(count)]
    print("ready", flush=True)
    sys.stdin.readline()
    with _guarded_by(guards), ThreadPoolExecutor(count) as crowd:
        met = [report for visit in [crowd.submit(visitor.visit) for visitor in visitors] for report in visit.result()]
    print(json.dumps(met), flush=True)


@contextmanager
def _guarded_by(guards: str) -> Iterator[None]:
    """With the cells alone, nobody looks whether the time is free, and nobody waits for the hosts."""
    with ExitStack() as stack:
        if guards == CELLS_ALONE:
            stack.enter_context(mock.patch.object(choosing.Asked, "free_host", _any_host))
            stack.enter_context(mock.patch.object(holds, "lock_hosts", return_value=[]))
        yield


def _any_host(asked: choosing.Asked) -> Host:
    return random.choice(db.session.scalars(sa.select(Host)).all())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:])
