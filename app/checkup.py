"""What `ledtrad doctor` looks at. Each check gives the sentences of what is wrong; none when all is well."""

import ipaddress
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy.exc import DBAPIError

from app.consultations.imports import stale_calendars
from app.consultations.queries import untold_count
from app.core.db import db
from app.core.keys import FILE_NAME
from app.core.migrations import is_newest
from app.home.day import LONG_FOR_A_DRAFT
from app.mail.health import FAILING_AFTER, Health, failing_channels, system_health
from app.mail.worker import MOST_SENDERS_ON_SQLITE
from app.plans.queries import drafts_waiting_since
from app.settings.queries import the_business

LONG_FOR_AN_OUTCOME = timedelta(days=2)
LEAST_FREE_BYTES = 200 * 1024 * 1024


def everything_wrong(now: datetime) -> list[str]:
    """All that should be put right, in the order to do it."""
    found = [*_keys(), *_disk(), *_settings()]
    try:
        behind = list(_migrations())
        found += behind or [*_scheduler(system_health(now), now), *_left_lying(now), *_mail_settings()]
    except DBAPIError as fault:
        found.append(
            f"The database cannot be reached ({type(fault.orig).__name__}). Check DATABASE_URL and the server."
        )
    return found


def _keys() -> Iterator[str]:
    path = Path(current_app.instance_path) / FILE_NAME
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield f"{path} can be read by others (mode {mode:04o}). Run `chmod 600 {path}`."


def _disk() -> Iterator[str]:
    folder = current_app.instance_path
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"!")
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        yield f"Cannot write to {folder} ({fault.strerror}). Make room, or make it writable."
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        yield f"Only {free // 1024 // 1024} MB are free on the disk of {folder}. Make room before it is full."


def _migrations() -> Iterator[str]:
    if not is_newest():
        yield "The database is not of this version. Run `ledtrad init` to bring it up to date."


def _settings() -> Iterator[str]:
    config = current_app.config
    if db.engine.dialect.name == "sqlite" and config["MAIL_SENDERS"] > MOST_SENDERS_ON_SQLITE:
        yield f"LEDTRAD_MAIL_SENDERS is more than SQLite can use; {MOST_SENDERS_ON_SQLITE} are taken."


def _mail_settings() -> Iterator[str]:
    config = current_app.config
    if config["MAIL_TRANSPORT"] == "file":
        return
    if config["MAIL_TRANSPORT"] != "smtp":
        yield "LEDTRAD_MAIL is neither `file` nor `smtp`, so the scheduler cannot start."
        return
    if config["SMTP_SECURITY"] not in ("starttls", "tls", "none"):
        yield "LEDTRAD_SMTP_SECURITY is neither `starttls`, `tls` nor `none`, so the scheduler cannot start."
    if config["SMTP_SECURITY"] == "none" and not _is_here(config["SMTP_HOST"]):
        yield (
            "Mail, and its password, travels unencrypted to another machine. "
            "Set LEDTRAD_SMTP_SECURITY to `starttls` or `tls`."
        )
    if not config["MAIL_FROM"] and not the_business().email:
        yield "Mail has no sender. Write the business's e-mail address in the settings, or set LEDTRAD_MAIL_FROM."
    if _is_here(urlsplit(config["PUBLIC_URL"]).hostname or ""):
        yield "Links in mail lead to this machine only. Set LEDTRAD_PUBLIC_URL to the address that visitors use."


def _scheduler(health: Health, now: datetime) -> Iterator[str]:
    if health.heartbeat_at is None:
        yield "The scheduler has never run here. Start it with `ledtrad serve`, or `ledtrad scheduler` on its own."
    elif health.is_heartbeat_late:
        yield f"The scheduler last gave a sign of life {_long(now - health.heartbeat_at)} ago. Start it again."
    for channel in failing_channels():
        since = _long(now - (channel.failing_since or now))
        yield (
            f"Mail by {channel.name} has been failing for {since}: {channel.last_error}. "
            "It goes on by itself when that is put right."
        )
    if health.waiting_since is not None and now - health.waiting_since > FAILING_AFTER:
        yield f"A mail has been waiting for {_long(now - health.waiting_since)}. See Utskick in the dashboard."
    if health.needs_person:
        yield f"Mails not sent that wait for a person: {health.needs_person}. See Utskick in the dashboard."
    if health.missed:
        yield f"Mails that came too late to be sent, and that nobody has seen: {health.missed}. See Today."
    if health.failing_job and health.job_failing_since:
        since = _long(now - health.job_failing_since)
        yield f"The job {health.failing_job} has failed every time for {since}. The log says why."


def _left_lying(now: datetime) -> Iterator[str]:
    """What people have not got round to, and what they cannot see."""
    drafts = drafts_waiting_since(now - LONG_FOR_A_DRAFT)
    if drafts:
        yield f"Letters that have waited for approval for more than a day: {drafts}. See Today."
    untold = untold_count(now - LONG_FOR_AN_OUTCOME)
    if untold:
        yield f"Consultations that nobody has told the outcome of for more than two days: {untold}. See Today."
    for calendar in stale_calendars(now):
        since = f"for {_long(now - calendar.fetched_at)}" if calendar.fetched_at else "so far"
        yield f"A calendar kept elsewhere could not be read {since} ({calendar.failure}). See Today."


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("", "localhost")


def _long(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 60 // 24} days"
