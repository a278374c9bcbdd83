"""One sender, from the claim to the end of each mail: by a folder, a real mail server, a way out that does as told."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db, writing
from app.mail.delivery import BATCH, Sender, transport_of
from app.mail.kinds import Kind, MailText
from app.mail.models import (
    Channel,
    Message,
    MessageClass,
    MessageEvent,
    MessageState,
    Suppression,
    SuppressionScope,
)
from app.mail.outcomes import Outcome, Result
from app.mail.services import cancel
from app.mail.smtp import Smtp
from app.mail.suppressions import is_stopped
from app.mail.transports import Folder, Transport
from tests.mail.conftest import Clock, Told, always_wanted, compose
from tests.mail.post_office import PostOffice, free_port

Plan = Callable[..., Message]


def _states(message: Message) -> list[str]:
    events = db.session.scalars(select(MessageEvent).filter_by(message_id=message.id).order_by(MessageEvent.id))
    return [str(event.state) for event in events]


def _send(app: Flask, clock: Clock, way_out: Transport, is_stopping: Callable[[], bool] = lambda: False) -> int:
    sent = Sender(app, way_out, is_stopping=is_stopping, clock=clock).send_due()
    db.session.rollback()  # the sender has a session of its own: look at its rows anew
    return sent


def test_a_due_mail_becomes_a_file(app: Flask, plan: Plan, clock: Clock, tmp_path: Path) -> None:
    message = plan()
    clock.pass_by(seconds=3)

    sent = _send(app, clock, Folder(tmp_path / "mail"))

    assert sent == 1
    assert (message.state, message.attempts, message.claims, message.sent_at) == ("sent", 1, 0, clock())
    assert _states(message) == ["pending", "claimed", "sending", "sent"]
    [file] = (tmp_path / "mail").iterdir()
    assert file.name == f"{message.message_id.strip('<>')}.eml"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_written_before_is_replaced_and_not_doubled(
    app: Flask, plan: Plan, clock: Clock, tmp_path: Path
) -> None:
    message = plan()
    _send(app, clock, Folder(tmp_path))
    first = [(file.name, file.read_bytes()) for file in tmp_path.iterdir()]
    with writing() as session:
        session.get_one(Message, message.id).state = MessageState.PENDING

    sent = _send(app, clock, Folder(tmp_path))

    assert sent == 1
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == first


def test_a_folder_that_cannot_be_written_holds_everything_up(
    app: Flask, plan: Plan, clock: Clock, tmp_path: Path
) -> None:
    message = plan()
    (tmp_path / "mail").write_text("a file where the folder should be")

    sent = _send(app, clock, Folder(tmp_path / "mail"))

    assert sent == 0
    assert (message.state, message.attempts) == ("pending", 0)
    assert db.session.get_one(Channel, "file").failing_since == clock()


def test_a_due_mail_reaches_a_mail_server(app: Flask, plan: Plan, clock: Clock, office: PostOffice) -> None:
    messages = [plan(number, address=f"n{number}@example.com") for number in range(BATCH + 3)]

    sent = _send(app, clock, Smtp(office.server()))

    assert sent == BATCH + 3
    assert office.ids() == {message.message_id: 1 for message in messages}
    assert {message.state for message in messages} == {"sent"}


def test_what_is_not_due_waits(app: Flask, plan: Plan, clock: Clock) -> None:
    message = plan(due_at=clock() + timedelta(seconds=1))
    way_out = Told()

    first = _send(app, clock, way_out)
    clock.pass_by(seconds=1)
    second = _send(app, clock, way_out)

    assert (first, second, message.state) == (0, 1, "sent")


def test_a_temporary_refusal_is_tried_again_later(app: Flask, plan: Plan, clock: Clock) -> None:
    message = plan(address="busy@example.com")
    way_out = Told(busy=Result(Outcome.TEMPORARY, 451, "4.3.0 later"))

    _send(app, clock, way_out)
    first = (message.state, message.attempts, message.last_code, message.last_error, message.due_at)
    way_out.results.clear()
    clock.pass_by(seconds=90)
    _send(app, clock, way_out)

    assert first[:4] == ("pending", 1, 451, "451 4.3.0 later")
    assert timedelta(seconds=48) <= first[4] - message.created_at <= timedelta(seconds=72)
    assert (message.state, message.attempts, message.last_error) == ("sent", 2, None)


def test_a_mail_that_is_refused_for_now_until_it_is_too_late_expires(app: Flask, plan: Plan, clock: Clock) -> None:
    message = plan(address="busy@example.com")
    way_out = Told(busy=Result(Outcome.TEMPORARY, 451, "later"))

    for _ in range(20):
        _send(app, clock, way_out)
        clock.moment = max(clock.moment, message.due_at)

    assert message.state == "expired"
    assert 8 <= message.attempts <= 16


def test_an_address_that_does_not_exist_is_not_written_to_again(app: Flask, plan: Plan, clock: Clock) -> None:
    first, other = plan(1, address="no@example.com"), plan(2, address="yes@example.com")
    _send(app, clock, Told(no=Result(Outcome.NO_SUCH_ADDRESS, 550, "5.1.1 no such user")))

    second = plan(3, address="NO@example.com")
    _send(app, clock, Told())

    assert (first.state, first.last_error, other.state) == ("failed", "550 5.1.1 no such user", "sent")
    assert second.state == "suppressed"
    assert is_stopped("no@example.com", SuppressionScope.ALL)


def test_a_refused_text_fails_and_suppresses_nobody(app: Flask, plan: Plan, clock: Clock) -> None:
    message = plan(address="no@example.com")

    _send(app, clock, Told(no=Result(Outcome.REFUSED, 554, "5.6.0 not liked")))

    assert (message.state, message.last_code) == ("failed", 554)
    assert db.session.scalars(select(Suppression)).all() == []


def test_an_unknown_outcome_goes_once_more_with_the_same_id_and_then_waits(
    app: Flask, plan: Plan, clock: Clock
) -> None:
    message = plan(address="lost@example.com")
    way_out = Told(lost=Result(Outcome.UNKNOWN, words="TimeoutError"))

    _send(app, clock, way_out)
    once = message.state
    clock.pass_by(minutes=2)
    _send(app, clock, way_out)
    clock.pass_by(days=1)
    _send(app, clock, way_out)

    assert (once, message.state, message.unknown_outcomes) == ("pending", "uncertain", 2)
    assert way_out.sent == ["lost@example.com"] * 2


def test_marketing_with_an_unknown_outcome_is_uncertain_at_once(app: Flask, plan: Plan, clock: Clock) -> None:
    message = plan(kind="test_marketing", address="lost@example.com")
    way_out = Told(lost=Result(Outcome.UNKNOWN))

    _send(app, clock, way_out)
    clock.pass_by(days=1)
    _send(app, clock, way_out)

    assert (message.state, way_out.sent) == ("uncertain", ["lost@example.com"])


def test_a_policy_refusal_blames_nobody_and_lets_others_flow(app: Flask, plan: Plan, clock: Clock) -> None:
    message = plan(1, address="no@example.com")
    other = plan(2, address="yes@example.com")
    way_out = Told(no=Result(Outcome.POLICY, 550, "5.7.1 denied"))

    _send(app, clock, way_out)
    held_up = (message.state, message.attempts, other.state)
    clock.pass_by(seconds=6)
    _send(app, clock, way_out)

    assert held_up == ("pending", 0, "pending")
    assert (message.state, other.state) == ("pending", "sent")
    assert db.session.scalars(select(Suppression)).all() == []


class TestChannel:
    def test_nobody_listening_pauses_the_channel_and_burns_no_attempt(
        self, app: Flask, plan: Plan, clock: Clock, office: PostOffice
    ) -> None:
        messages = [plan(number) for number in range(30)]
        closed = PostOffice(port=free_port())

        for _ in range(20):
            _send(app, clock, Smtp(closed.server()))
            clock.pass_by(minutes=3)
        channel = db.session.get_one(Channel, "smtp")
        streak, since = channel.streak, channel.failing_since
        burnt = {(message.state, message.attempts, message.claims) for message in messages}
        clock.pass_by(minutes=15)
        sent = _send(app, clock, Smtp(office.server()))

        assert 7 <= streak <= 12
        assert since == messages[0].created_at
        assert burnt == {("pending", 0, 0)}
        assert sent == 30
        assert (channel.streak, channel.paused_until, channel.failing_since) == (0, None, None)

    def test_one_mail_probes_and_the_rest_follow_when_it_arrives(self, app: Flask, plan: Plan, clock: Clock) -> None:
        for number in range(5):
            plan(number, address=f"n{number}@example.com")
        down = Result(Outcome.CHANNEL, words="ConnectionRefusedError")
        way_out = Told(**{f"n{number}": down for number in range(5)})
        _send(app, clock, way_out)
        clock.pass_by(seconds=6)
        del way_out.results["n0"]

        sent = _send(app, clock, way_out)

        assert sent == 1
        assert way_out.sent == ["n0@example.com"]

    def test_a_probe_that_fails_troubles_one_mail_and_lets_the_channel_rest_longer(
        self, app: Flask, plan: Plan, clock: Clock
    ) -> None:
        messages = [plan(number, address=f"n{number}@example.com") for number in range(3)]
        down = Result(Outcome.CHANNEL, words="down")
        way_out = Told(n0=down, n1=down, n2=down)

        _send(app, clock, way_out)
        clock.pass_by(seconds=6)
        _send(app, clock, way_out)

        once = ["pending", "claimed", "pending"]
        assert [_states(message) for message in messages] == [[*once, *once[1:]], once, once]
        channel = db.session.get_one(Channel, "smtp")
        assert (channel.streak, channel.paused_until) == (2, clock() + timedelta(seconds=15))

    def test_while_it_rests_nothing_is_claimed(self, app: Flask, plan: Plan, clock: Clock) -> None:
        message = plan(address="n@example.com")
        _send(app, clock, Told(n=Result(Outcome.CHANNEL, words="down")))
        clock.pass_by(seconds=4)

        sent = _send(app, clock, Told())

        assert (sent, message.state, _states(message)) == (0, "pending", ["pending", "claimed", "pending"])


class TestPoison:
    def test_a_text_that_cannot_be_made_dies_and_others_flow(
        self, app: Flask, plan: Plan, clock: Clock, kinds: dict[str, Kind]
    ) -> None:
        def explode(message: Message) -> MailText:
            raise LookupError(message.address)

        kinds["poison"] = Kind("poison", MessageClass.SERVICE, explode, always_wanted, priority=1)
        poison, other = plan(1, kind="poison"), plan(2)

        for _ in range(5):
            _send(app, clock, Told())
            clock.pass_by(minutes=2)

        assert (poison.state, poison.last_error, poison.attempts) == ("dead", "LookupError", 0)
        assert other.state == "sent"
        assert _states(poison) == ["pending", *["claimed", "pending"] * 2, "claimed", "dead"]

    def test_a_kind_that_nobody_knows_dies(self, app: Flask, plan: Plan, clock: Clock, kinds: dict[str, Kind]) -> None:
        message = plan()
        del kinds["test_service"]

        for _ in range(3):
            _send(app, clock, Told())
            clock.pass_by(minutes=2)

        assert (message.state, message.last_error) == ("dead", "KeyError")

    def test_a_guard_that_breaks_at_the_point_of_no_return_lets_nothing_out(
        self, app: Flask, plan: Plan, clock: Clock, kinds: dict[str, Kind]
    ) -> None:
        asked: list[int] = []

        def break_the_second_time(message: Message) -> str | None:
            asked.append(message.id)
            if len(asked) % 2 == 0:
                raise LookupError
            return None

        kinds["test_service"] = Kind("test_service", MessageClass.SERVICE, compose, break_the_second_time)
        message, way_out = plan(), Told()

        _send(app, clock, way_out)

        assert (message.state, way_out.sent) == ("pending", [])


class TestGuards:
    def test_a_mail_cancelled_while_it_is_handed_over_does_not_leave(
        self, app: Flask, plan: Plan, clock: Clock
    ) -> None:
        message, way_out = plan(), Told()

        def erase() -> None:
            with writing():
                cancel(clock(), reason="raderad", kind="test_service")

        way_out.before_commit = erase
        _send(app, clock, way_out)

        assert (message.state, way_out.sent) == ("cancelled", [])

    def test_a_mail_no_longer_wanted_is_not_even_written(
        self, app: Flask, plan: Plan, clock: Clock, kinds: dict[str, Kind]
    ) -> None:
        kinds["test_service"] = Kind("test_service", MessageClass.SERVICE, compose, lambda _message: "besvarad")
        message, way_out = plan(), Told()

        _send(app, clock, way_out)

        assert (message.state, _states(message)[-1], way_out.sent) == ("cancelled", "cancelled", [])

    def test_a_mail_past_its_use_expires(self, app: Flask, plan: Plan, clock: Clock) -> None:
        message = plan()
        clock.pass_by(days=3)

        _send(app, clock, Told())

        assert message.state == "expired"


def test_a_stopping_sender_gives_back_what_it_has_not_begun(app: Flask, plan: Plan, clock: Clock) -> None:
    messages = [plan(number) for number in range(5)]
    way_out = Told()

    sent = _send(app, clock, way_out, lambda: len(way_out.sent) == 2)

    assert sent == 2
    assert [message.state for message in messages] == ["sent", "sent", "pending", "pending", "pending"]
    assert {message.claims for message in messages} == {0}


def test_a_slow_server_never_makes_a_sender_outlive_its_lease(app: Flask, plan: Plan, clock: Clock) -> None:
    messages = [plan(number) for number in range(5)]
    way_out = Told()
    way_out.before_commit = lambda: clock.pass_by(seconds=50)

    sent = _send(app, clock, way_out)

    assert sent == 5
    assert {message.state for message in messages} == {"sent"}
    assert len(way_out.sent) == 5
    assert "pending" in _states(messages[4])[1:]


@pytest.mark.parametrize(("setting", "value"), [("MAIL_TRANSPORT", "pigeon"), ("SMTP_SECURITY", "ssl")])
def test_settings_that_name_no_way_out_are_refused(app: Flask, setting: str, value: str) -> None:
    app.config.update({"MAIL_TRANSPORT": "smtp", setting: value})

    with pytest.raises(ValueError, match="LEDTRAD_"):
        transport_of(app)
