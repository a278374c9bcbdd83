"""What the other rooms and people may ask of the outbox: plan a mail, call it off, put it back, close it."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.core.db import db
from app.core.errors import RuleBroken
from app.core.rows import adopt, insert, plain, table_of, values_of
from app.core.statements import Statement
from app.mail.addresses import refuse_unsafe, sender_domain
from app.mail.kinds import Kind, kind_of
from app.mail.marketing import NO_CONSENT
from app.mail.models import IS_MARKETING, IS_MISSED, Message, MessageEvent, MessageState
from app.mail.suppressions import UNSUBSCRIBED, try_again
from app.mail.wake import NOTIFICATION, uses_notifications, wake_after_commit

CAN_BE_CANCELLED = (MessageState.PENDING, MessageState.CLAIMED)
CAN_BE_PUT_BACK = (MessageState.UNCERTAIN, MessageState.FAILED, MessageState.DEAD)
CAN_BE_CLOSED = (MessageState.PENDING, *CAN_BE_PUT_BACK)


class Person(Protocol):
    """Whoever acts; the history of the message keeps the name."""

    @property
    def name(self) -> str: ...


def queue(
    kind: str,
    *,
    address: str,
    language: str,
    dedupe_key: str,
    context: dict[str, int | str],
    now: datetime,
    lead_id: int | None = None,
    due_at: datetime | None = None,
    latest_after: timedelta | None = None,
) -> Message | None:
    """Plan one mail, in the transaction of its cause; it leaves within a second of the commit, or at `due_at`.

    `latest_after` says how late it may be, where that is not what its kind says.

    A second call with the same `dedupe_key` changes nothing and gives None.
    Refuses an address that could forge headers.
    """
    refuse_unsafe(address)
    message = _of_kind(
        kind_of(kind),
        due_at or now,
        latest_after,
        lead_id=lead_id,
        address=address,
        language=language,
        context=context,
        dedupe_key=dedupe_key,
        created_at=now,
    )
    values = values_of(message)
    inserted = _INSERT_ONCE.run(values)
    if not inserted:
        return None
    adopt(message, values, inserted[0][0])
    insert(MessageEvent, {"message_id": message.id, "at": now, "state": MessageState.PENDING})
    wake_after_commit()
    return message


def _of_kind(kind: Kind, due_at: datetime, latest_after: timedelta | None, **values: Any) -> Message:
    return plain(
        Message,
        kind=kind.name,
        message_class=kind.message_class,
        template_version=kind.version,
        message_id=f"<{secrets.token_hex(16)}@{sender_domain()}>",
        priority=kind.priority,
        due_at=due_at,
        expires_at=due_at + (kind.latest_after if latest_after is None else latest_after),
        **values,
    )


def _insert_once(dialect: str) -> sa.Insert:
    """One statement for all there is to do; on PostgreSQL it carries the wake-up too, which the commit delivers."""
    table = table_of(Message)
    new = postgresql_insert(table) if dialect == "postgresql" else sqlite_insert(table)
    hint = [sa.func.pg_notify(NOTIFICATION, "")] if dialect == "postgresql" else []
    return new.on_conflict_do_nothing(index_elements=[table.c.dedupe_key]).returning(table.c.id, *hint)


_INSERT_ONCE = Statement(_insert_once, [column.name for column in table_of(Message).columns if not column.primary_key])


def cancel(
    now: datetime, *, reason: str, lead_id: int | None = None, kind: str | None = None, dedupe_prefix: str | None = None
) -> int:
    """Call off every mail that matches all that is given and has not passed its point of no return; give how many.

    At least one of `lead_id`, `kind` and `dedupe_prefix` is needed. A mail that a sender holds right now stops before
    its final dot.
    """
    wanted = []
    if lead_id is not None:
        wanted.append(Message.lead_id == lead_id)
    if kind is not None:
        wanted.append(Message.kind == kind)
    if dedupe_prefix is not None:
        wanted.append(Message.dedupe_key.startswith(dedupe_prefix, autoescape=True))
    if not wanted:
        raise ValueError("say which mails to cancel")
    return put_into_state(sa.and_(*wanted), CAN_BE_CANCELLED, MessageState.CANCELLED, now, reason)


def stop_marketing_to(address: str, now: datetime) -> int:
    """Send nothing of what waits for that address and offers something; give how many mails that was."""
    wanted = sa.and_(sa.text(IS_MARKETING.text), Message.address == address)
    return put_into_state(wanted, CAN_BE_CANCELLED, MessageState.SUPPRESSED, now, UNSUBSCRIBED)


def stop_marketing_of(lead_ids: Collection[int], now: datetime) -> int:
    """The same for what waits for these leads, whose contact has taken the yes back."""
    wanted = sa.and_(sa.text(IS_MARKETING.text), Message.lead_id.in_(lead_ids))
    return put_into_state(wanted, CAN_BE_CANCELLED, MessageState.SUPPRESSED, now, NO_CONSENT)


def retry(message: Message, actor: Person, now: datetime) -> None:
    """Put a mail back that had come to an end without being sent.

    Lifts the stop that an earlier refusal put on its address.
    """
    is_moved = put_into_state(
        Message.id == message.id,
        CAN_BE_PUT_BACK,
        MessageState.PENDING,
        now,
        actor.name,
        due_at=now,
        expires_at=max(message.expires_at, now + _kind_of(message).latest_after),
        claims=0,
        attempts=0,
        unknown_outcomes=0,
        last_code=None,
        last_error=None,
    )
    if not is_moved:
        raise RuleBroken(_("Utskicket kan inte skickas om: det väntar redan, är skickat eller avslutat."))
    try_again(message.address)
    _wake()


def send_now(message: Message, actor: Person, now: datetime) -> None:
    """Send what is planned for later at once, if nothing else stops it. Refused when it no longer waits."""
    if not put_into_state(
        Message.id == message.id, (MessageState.PENDING,), MessageState.PENDING, now, actor.name, due_at=now
    ):
        raise RuleBroken(_("Utskicket väntar inte längre: det är redan på väg, skickat eller avslutat."))
    _wake()


def know_of_missed(now: datetime) -> int:
    """Somebody has seen what came too late to be sent: it is not told any more. Gives how many that was."""
    missed = sa.update(Message).where(sa.text(IS_MISSED.text)).values(seen_at=now).returning(Message.id)
    return len(db.session.scalars(missed.execution_options(synchronize_session=False)).all())


def _wake() -> None:
    if uses_notifications():
        db.session.execute(sa.select(sa.func.pg_notify(NOTIFICATION, "")))
    wake_after_commit()


def give_up(message: Message, actor: Person, now: datetime) -> None:
    """Close a mail that waits or has failed: it will not be sent."""
    if not put_into_state(Message.id == message.id, CAN_BE_CLOSED, MessageState.CANCELLED, now, actor.name):
        raise RuleBroken(_("Utskicket kan inte avbrytas: det är redan på väg, skickat eller avslutat."))


def _kind_of(message: Message) -> Kind:
    try:
        return kind_of(message.kind)
    except KeyError:
        raise RuleBroken(_("Den här sortens utskick finns inte längre.")) from None


def put_into_state(
    which: sa.ColumnElement[bool],
    allowed: tuple[MessageState, ...],
    state: MessageState,
    now: datetime,
    reason: str,
    **changes: Any,
) -> int:
    """Give those of the mails that stand in one of the allowed states another, with a line in their histories.

    Says how many they were.
    """
    wanted = sa.and_(which, Message.state.in_(allowed))
    if db.engine.dialect.name == "postgresql":  # in one order, so that no two wait for each other
        db.session.execute(sa.select(Message.id).where(wanted).order_by(Message.id).with_for_update())
    moved = db.session.scalars(
        sa.update(Message)
        .where(wanted)
        .values(state=state, lease_token=None, lease_until=None, **changes)
        .returning(Message.id)
        .execution_options(synchronize_session="fetch")
    ).all()
    db.session.add_all(MessageEvent(message_id=id_, at=now, state=state, reason=reason) for id_ in moved)
    return len(moved)
