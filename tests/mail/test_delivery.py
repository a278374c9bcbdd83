"""One sender, from the claim to the end of each mail, with the folder and with a scripted way out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.mail.delivery import Sender
from app.mail.models import Message
from app.mail.transports import Folder
from tests.mail.conftest import Clock

Plan = Callable[..., Message]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "mail"


def test_a_due_mail_becomes_a_file(app: Flask, plan: Plan, folder: Path, clock: Clock) -> None:
    message = plan()

    sent = Sender(app, Folder(folder), clock=clock).send_due()

    assert sent == 1
    assert message.state == "sent"
    [file] = folder.iterdir()
    print(file.read_text())
