"""The owner's agreement: its versions, of which the latest is what borrowers read."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.errors import RuleBroken
from app.trials.agreements import Agreement, AgreementText

LONGEST_TEXT = 20_000


def current_text() -> AgreementText | None:
    """What borrowers read now; None before anything has been written."""
    return db.session.scalar(sa.select(AgreementText).order_by(AgreementText.id.desc()).limit(1))


def every_text() -> Sequence[AgreementText]:
    """All versions, the latest first."""
    return db.session.scalars(sa.select(AgreementText).order_by(AgreementText.id.desc())).all()


def agreed_counts() -> Mapping[int, int]:
    """How many have said yes to each version, by its number."""
    query = sa.select(Agreement.text_id, sa.func.count().label("number")).group_by(Agreement.text_id)
    return {row.text_id: row.number for row in db.session.execute(query)}


def write_text(text_sv: str, text_en: str, now: datetime) -> AgreementText:
    """A new version, from now on the one that is read. The words that hold already make none; empty ones are refused.

    What somebody has said yes to stays as it was.
    """
    text_sv, text_en = text_sv.strip(), text_en.strip()
    if not text_sv or not text_en:
        raise RuleBroken(_l("Skriv avtalet på båda språken: den som lånar läser det på sitt."))
    current = current_text()
    if current is not None and (current.text_sv, current.text_en) == (text_sv, text_en):
        return current
    text = AgreementText(text_sv=text_sv, text_en=text_en, written_at=now)
    db.session.add(text)
    db.session.flush()
    return text
