"""The borrower says yes to the agreement, on their own page or on paper."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.consultations.booking import masked
from app.core.db import db
from app.core.errors import RuleBroken
from app.enquiries.services import LONGEST_NAME
from app.leads.models import EventKind
from app.trials.agreement_texts import current_text
from app.trials.agreements import AgreedBy, Agreement, AgreementText
from app.trials.changes import Before, keep_change
from app.trials.consequences import follow_days
from app.trials.models import Trial
from app.trials.moves import Move, go, refuse_unless

REPLACED = _l("Avtalet har ändrats medan du läste. Läs igenom det en gång till.")


class TextReplaced(RuleBroken):
    """There is a newer version of what was read."""


def agree(
    trial: Trial,
    text: AgreementText,
    name: str,
    now: datetime,
    *,
    actor: User | None = None,
    agreed_by: AgreedBy = AgreedBy.LINK,
    language: str | None = None,
) -> Agreement:
    """Keep who said yes to which words, and when; now the unit can be handed over. A second yes changes nothing.

    Refused without a name. Raises TextReplaced where there is a newer version, unless they agreed on paper.
    """
    earlier = agreement_of(trial.id)
    if earlier is not None:
        return earlier
    refuse_unless(trial, Move.AGREE)
    if not name.strip():
        raise RuleBroken(_l("Skriv ditt namn."))
    if agreed_by is AgreedBy.LINK and text != current_text():
        raise TextReplaced(REPLACED)
    agreement = Agreement(
        trial=trial,
        text=text,
        language=language or trial.language,
        agreed_by=agreed_by,
        name=masked(name.strip(), now)[:LONGEST_NAME],
        agreed_at=now,
    )
    db.session.add(agreement)
    before = Before.of(trial)
    go(trial, Move.AGREE, now)
    keep_change(trial, EventKind.TRIAL_AGREED, actor, now, before=before)
    follow_days(trial)
    return agreement


def agreement_of(trial_id: int) -> Agreement | None:
    """What was said yes to for that trial, with its words."""
    query = sa.select(Agreement).filter_by(trial_id=trial_id).options(joinedload(Agreement.text, innerjoin=True))
    return db.session.scalar(query)
