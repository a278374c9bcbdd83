"""One sender: takes what is due and brings each mail to its end, step by step."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from flask import Flask
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import StorageUnavailable
from app.core.storage_faults import is_unavailable
from app.mail import channels, outbox
from app.mail.addresses import sender_domain
from app.mail.channels import Gate
from app.mail.crash_points import crash_point
from app.mail.letters import Letter, write_letter
from app.mail.models import MessageState
from app.mail.outbox import Claimed, Move
from app.mail.outcomes import POLICY_PAUSE, Outcome, Result, next_try_at
from app.mail.smtp import Server, Smtp
from app.mail.suppressions import stop_undeliverable
from app.mail.transports import Folder, Transport

BATCH = 10
MARGIN = timedelta(seconds=30)
"""How much longer than a whole dialogue a lease lasts."""
STORAGE_PAUSE_SECONDS = 0.25
HELD_UP_BY_CHANNEL = (Outcome.CHANNEL, Outcome.POLICY)

log = logging.getLogger(__name__)
Found = TypeVar("Found")


def transport_of(app: Flask) -> Transport:
    """The way out that the settings name. ValueError for a name that is none."""
    config = app.config
    if config["MAIL_TRANSPORT"] == "file":
        return Folder(Path(app.instance_path) / "mail")
    if config["MAIL_TRANSPORT"] != "smtp":
        raise ValueError("LEDTRAD_MAIL is neither `file` nor `smtp`")
    if config["SMTP_SECURITY"] not in ("starttls", "tls", "none"):
        raise ValueError("LEDTRAD_SMTP_SECURITY is neither `starttls`, `tls` nor `none`")
    with app.app_context():
        our_name = sender_domain()
    return Smtp(
        Server(
            host=config["SMTP_HOST"],
            port=config["SMTP_PORT"],
            security=config["SMTP_SECURITY"],
            user=config["SMTP_USER"],
            password=config["SMTP_PASSWORD"],
            deadline_seconds=config["SMTP_DEADLINE_SECONDS"],
            our_name=our_name,
        )
    )


class Sender:
    """Sends by one transport, in one thread. Ask it for `send_due` whenever there may be something to do."""

    def __init__(
        self,
        app: Flask,
        transport: Transport,
        *,
        is_stopping: Callable[[], bool] = lambda: False,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._app, self._transport, self._is_stopping, self._now = app, transport, is_stopping, clock
        self._per_minute = int(app.config["MAIL_PER_MINUTE"])
        self._lease = timedelta(seconds=2 * transport.deadline_seconds) + MARGIN
        self.busy_since: float | None = None
        """When the mail under way was begun or last waited for the database, on the monotonic clock."""

    def send_due(self) -> int:
        """Bring everything that is due to its next state; how many were sent. Ends early when asked to stop."""
        sent = 0
        try:
            while not self._is_stopping():
                with self._app.app_context():
                    batch, is_probe = self._claim()
                    if not batch:
                        return sent
                    sent += self._send_batch(batch, is_probe=is_probe)
            return sent
        finally:
            self._transport.rest()

    def _claim(self) -> tuple[list[Claimed], bool]:
        with writing():
            moment = self._now()
            gate = channels.gate(self._transport.name, moment)
            if gate is Gate.CLOSED:
                return [], False
            is_probe = gate is Gate.PROBE
            batch = self._take(moment, 1 if is_probe else BATCH)
            if batch and is_probe:
                channels.start_probe(self._transport.name, moment + self._lease)
        if batch:
            crash_point("claimed")
        return batch, is_probe

    def _take(self, moment: datetime, most: int) -> list[Claimed]:
        if not self._per_minute:
            return outbox.claim(moment, most, self._lease)
        most = min(most, channels.allowance(self._transport.name, self._per_minute, moment))
        batch = outbox.claim(moment, most, self._lease) if most else []
        channels.spend(self._transport.name, len(batch))
        return batch

    def _send_batch(self, batch: Sequence[Claimed], *, is_probe: bool) -> int:
        sent = 0
        for place, claimed in enumerate(batch):
            if self._is_stopping() or not self._has_time(claimed):
                self._give_back(batch[place:], "not_begun")
                break
            self.busy_since = time.monotonic()
            result = self._send(claimed, is_probe=is_probe)
            self.busy_since = None
            sent += result.outcome is Outcome.ACCEPTED
            if result.outcome in HELD_UP_BY_CHANNEL:
                self._give_back(batch[place + 1 :], "channel")
                break
        return sent

    def _has_time(self, claimed: Claimed) -> bool:
        return claimed.lease_until >= self._now() + timedelta(seconds=self._transport.deadline_seconds) + MARGIN / 2

    def _send(self, claimed: Claimed, *, is_probe: bool) -> Result:
        try:
            letter = self._write(claimed)
            if letter is None:
                result = Result(Outcome.STOPPED)
            else:
                result = self._transport.send(letter, lambda: self._may_go(claimed, letter))
        except (StorageUnavailable, DBAPIError, PoolTimeout) as fault:
            if not isinstance(fault, StorageUnavailable) and not is_unavailable(fault):
                return self._fail(claimed, fault)
            log.warning("storage unavailable before the point of no return", exc_info=fault)
            self._give_back([claimed], "storage")
            return Result(Outcome.STOPPED)
        except Exception as fault:
            return self._fail(claimed, fault)
        self._settle(claimed, result, is_probe=is_probe)
        return result

    def _write(self, claimed: Claimed) -> Letter | None:
        """The letter; None, and the message put where it belongs, when a guard stops it."""
        try:
            stopped = outbox.why_not_now(claimed.message, self._now())
            letter = None if stopped else write_letter(claimed.message)
        finally:
            db.session.rollback()  # no snapshot stays open while we talk to a mail server
        if stopped:
            self._store(claimed, lambda: outbox.settle(claimed, stopped, self._now()))
        elif claimed.message.claims > 1:
            self._store(claimed, lambda: outbox.acquit(claimed))
        return letter

    def _may_go(self, claimed: Claimed, letter: Letter) -> bool:
        needed = timedelta(seconds=self._transport.seconds_left()) + MARGIN / 2
        with writing():
            return outbox.pass_point_of_no_return(claimed, letter.words, self._now(), needed)

    def _fail(self, claimed: Claimed, fault: Exception) -> Result:
        log.error("message %s could not be made", claimed.id, exc_info=fault)
        self._store(
            claimed,
            lambda: outbox.settle(
                claimed, outbox.after_failed_text(claimed, type(fault).__name__, self._now()), self._now()
            ),
        )
        return Result(Outcome.STOPPED)

    def _give_back(self, batch: Sequence[Claimed], reason: str) -> None:
        if batch:
            self._store(batch[0], lambda: outbox.give_back(batch, reason, self._now()))

    def _settle(self, claimed: Claimed, result: Result, *, is_probe: bool) -> None:
        if result.outcome is not Outcome.STOPPED:
            self._store(claimed, lambda: self._record(claimed, result, is_probe=is_probe))

    def _record(self, claimed: Claimed, result: Result, *, is_probe: bool) -> None:
        moment, name = self._now(), self._transport.name
        is_ours = outbox.settle(claimed, _move_after(claimed, result, moment), moment)
        if not is_ours:
            log.warning("message %s was taken over by another sender before it was settled", claimed.id)
        if result.outcome is Outcome.NO_SUCH_ADDRESS and is_ours:
            stop_undeliverable(claimed.message.address, moment)
        if result.outcome in HELD_UP_BY_CHANNEL:
            rest = channels.pause(name, moment, _told(result), is_probe=is_probe)
            if rest is not None:
                log.warning("mail channel %s fails (%s); it rests for %s", name, result.code or result.words, rest)
        elif is_probe and channels.resume(name):
            log.warning("mail channel %s works again", name)

    def _store(self, claimed: Claimed, change: Callable[[], Found]) -> Found | None:
        """Write it down, waiting for a locked or restarting database while the lease lasts; then others take over."""
        is_first = True
        while True:
            try:
                with writing():
                    return change()
            except StorageUnavailable as fault:
                if self._now() >= claimed.lease_until:
                    log.exception("message %s could not be settled while its lease lasted", claimed.id)
                    return None
                if is_first:
                    log.warning("storage unavailable; message %s waits to be settled", claimed.id, exc_info=fault)
                is_first = False
                self._wait_for_storage()

    def _wait_for_storage(self) -> None:
        if self.busy_since is not None:
            self.busy_since = time.monotonic()  # to wait for the database is not to be stuck
        time.sleep(STORAGE_PAUSE_SECONDS)


def _move_after(claimed: Claimed, result: Result, moment: datetime) -> Move:
    """The table of outcomes: where a message goes after a try."""
    told = _told(result)
    counted = (
        ("attempts", claimed.message.attempts + 1),
        ("claims", 0),
        ("last_code", result.code),
        ("last_error", told or None),
    )
    uncounted = (("claims", 0), ("last_code", result.code), ("last_error", told or None))
    match result.outcome:
        case Outcome.ACCEPTED:
            return Move(MessageState.SENT, None, None, (*counted[:3], ("last_error", None), ("sent_at", moment)))
        case Outcome.TEMPORARY:
            message = claimed.message
            at = next_try_at(message.attempts + 1, moment, message.created_at, message.expires_at)
            return Move(MessageState.PENDING if at else MessageState.EXPIRED, told or "temporary", at, counted)
        case Outcome.NO_SUCH_ADDRESS | Outcome.REFUSED:
            return Move(MessageState.FAILED, told or result.outcome, None, counted)
        case Outcome.POLICY:
            return Move(MessageState.PENDING, "policy", moment + POLICY_PAUSE, uncounted)
        case Outcome.UNKNOWN:
            return outbox.after_unknown(claimed, told, moment)
        case _:
            return Move(MessageState.PENDING, "channel", None, uncounted)


def _told(result: Result) -> str:
    """The server's answer as it is kept: "550 5.1.1 no such user"."""
    return f"{result.code or ''} {result.words}".strip()[:300]
