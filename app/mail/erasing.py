"""What is left of the mails of somebody who has been erased: that they were sent, and when. Not to whom, nor what."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from flask import current_app

from app.core.db import after_commit, db
from app.mail.models import Message, MessageClass, MessageEvent, MessageState
from app.mail.reasons import ERASED
from app.mail.services import CAN_BE_CANCELLED, CAN_BE_PUT_BACK, put_into_state
from app.mail.transports import file_name

_IS_THEIRS = Message.message_class != MessageClass.INTERNAL
"""What went to ourselves names nobody, and the mailbox is ours."""


def forget_mails(now: datetime, *, lead_ids: Collection[int] = (), dedupe_prefix: str = "") -> None:
    """Send none of what waits for these leads, or whose key begins so, and clear addresses and words of the rest.

    A no stays: it is kept of the mailbox, as a keyed hash. Files that were written instead of sent are deleted.
    """
    wanted: sa.ColumnElement[bool] = Message.lead_id.in_(lead_ids)
    if dedupe_prefix:
        wanted = sa.or_(wanted, Message.dedupe_key.startswith(dedupe_prefix, autoescape=True))
    keys = sa.select(Message.id).where(wanted).scalar_subquery()
    told = sa.update(MessageEvent).where(MessageEvent.message_id.in_(keys)).values(words=None, reason=None)
    db.session.execute(told.execution_options(synchronize_session=False))
    put_into_state(wanted, (*CAN_BE_CANCELLED, *CAN_BE_PUT_BACK), MessageState.CANCELLED, now, ERASED)
    _delete_files(db.session.scalars(sa.select(Message.message_id).where(wanted)).all())
    cleared = sa.update(Message).where(wanted, _IS_THEIRS).values(address="", last_error=None)
    db.session.execute(cleared.execution_options(synchronize_session="fetch"))


def _delete_files(message_ids: Collection[str]) -> None:
    folder = Path(current_app.instance_path) / "mail"
    files = [folder / file_name(message_id) for message_id in message_ids]

    def delete() -> None:
        for file in files:
            file.unlink(missing_ok=True)

    after_commit(delete)
