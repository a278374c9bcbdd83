"""The real thing: `ledtrad serve` in processes of its own, on an instance folder and a port of its own."""

import ctypes
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any
from unittest import mock

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from app import create_app
from app.accounts.models import User
from app.accounts.sessions import start_session
from app.commands import prepare_instance
from app.core.clock import now
from app.core.db import db, writing

LEDTRAD = str(Path(sys.executable).parent / "ledtrad")
SETTINGS = {"LEDTRAD_CHECK_MAIL_DOMAINS": "0", "LEDTRAD_LOG_LEVEL": "WARNING"}
START_SECONDS = 90
STOP_SECONDS = 60
PR_SET_PDEATHSIG = 1


class Server:
    """One installation. Its settings are environment variables, without the LEDTRAD_ that they begin with."""

    def __init__(self, instance: Path, database_url: str = "", **settings: str) -> None:
        self.instance = instance
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = instance.with_name(f"{instance.name}.log")
        self._process: subprocess.Popen[bytes] | None = None
        self.environment: dict[str, str] = {}
        """What its processes find in theirs besides: another clock, say."""
        self._settings = {
            **SETTINGS,
            **{f"LEDTRAD_{name}": value for name, value in settings.items()},
            "LEDTRAD_INSTANCE": str(instance),
            "LEDTRAD_PORT": str(self.port),
            "DATABASE_URL": database_url,
        }

    def start(self, *, largest_file: int | None = None) -> float:
        """Start it, wait until it answers, and give the seconds that took.

        None of its files can grow beyond `largest_file` bytes, as if the disk were full.
        """
        assert self._process is None, "it runs already"
        begun = time.monotonic()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                env={**_clean_environment(), **self._settings, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: prepare_process(largest_file),
            )
        self._wait_for_an_answer(begun + START_SECONDS)
        return time.monotonic() - begun

    def command(self) -> list[str]:
        """What is run; whatever it is, it answers at /contact."""
        return [LEDTRAD, "serve", "--port", str(self.port)]

    def _wait_for_an_answer(self, ends: float) -> None:
        assert self._process is not None
        while self._process.poll() is None and time.monotonic() < ends:
            if self.answers():
                return
            time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"{self.command()} did not answer:\n{self.output()}")

    def answers(self, path: str = "/contact") -> bool:
        """Whether the page is there."""
        try:
            with urllib.request.urlopen(f"{self.url}{path}", timeout=5) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C and systemd do; gives its exit status. What does not stop in time is killed."""
        assert self._process is not None
        self._process.terminate()
        try:
            return self._process.wait(STOP_SECONDS)
        finally:
            self.kill()

    def kill(self) -> None:
        """End every one of its processes at once, without a word, as a power cut would."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):  # all of them have ended already
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_SECONDS)
        self._process = None

    def process_ids(self) -> list[int]:
        """The parent and its children."""
        assert self._process is not None
        group = self._process.pid
        everybody = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [pid for pid in everybody if _group_of(pid) == group]

    def output(self) -> str:
        """All that it has printed and logged so far."""
        return self.log.read_text() if self.log.exists() else ""

    def one_time_link(self) -> str:
        """The last address that it has printed for setting up or signing in."""
        links = re.findall(rf"{re.escape(self.url)}/\S+", self.output())
        return str([link for link in links if len(link) > len(self.url) + 20][-1])

    def mails(self) -> list[EmailMessage]:
        """What the `file` transport has delivered, oldest first."""
        files = sorted((self.instance / "mail").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]

    @cached_property
    def app(self) -> Flask:
        """The same installation in this process, for arranging what a test needs and for looking at what is stored."""
        with mock.patch.dict(os.environ, self._settings):
            return create_app(self.instance)

    def prepare(self) -> None:
        """Make the instance without starting anything."""
        with mock.patch.dict(os.environ, self._settings):
            prepare_instance(self.instance)

    def cookie_of(self, email: str) -> str:
        """What a browser in which that user has signed in sends along."""
        with self.app.app_context():
            with writing() as session:
                user = session.scalars(select(User).where(User.email_key == email)).one()
                token = start_session(user, "Chrome, Linux", now())
            content = {"_user_id": token, "_fresh": True, "_permanent": True}
            return f"ledtrad={_session_signer(self.app).dumps(content)}"

    def cookie_in_browser(self, email: str) -> Any:
        """The same, as a browser takes it in."""
        name, _, value = self.cookie_of(email).partition("=")
        return {"name": name, "value": value, "url": self.url}

    def close(self) -> None:
        """End everything."""
        self.kill()
        if "app" in self.__dict__:
            with self.app.app_context():
                db.session.remove()
                db.engine.dispose()


@contextmanager
def serving(instance: Path, database_url: str = "", **settings: str) -> Iterator[Server]:
    """A server that answers, for the length of the block."""
    server = Server(instance, database_url, **settings)
    try:
        server.start()
        yield server
    finally:
        server.close()


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("LEDTRAD_", "DATABASE_"))}


def prepare_process(largest_file: int | None) -> None:
    """In the new process, before it becomes the server: it stops when the test is killed, and its disk may be small."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if largest_file is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))


def _session_signer(app: Flask) -> URLSafeTimedSerializer:
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return signer


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None
