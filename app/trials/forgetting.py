"""What was told during a trial is forgotten: when a yes is taken back, and when it has been kept long enough."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.models import ConsentPurpose, Contact
from app.core.db import db
from app.leads.models import Lead
from app.trials.check_ins import CheckIn
from app.trials.models import Trial


def forget_when_withdrawn(
    contacts: Sequence[Contact], purpose: ConsentPurpose, _actor: User | None, _now: datetime
) -> None:
    """Without a yes to check-ins none of theirs is kept, not even a number. Registered with the contacts."""
    if purpose is ConsentPurpose.CHECK_INS:
        leads = sa.select(Lead.id).where(Lead.contact_id.in_([contact.id for contact in contacts]))
        forget_check_ins(sa.select(Trial.id).where(Trial.lead_id.in_(leads)))


def forget_check_ins(trial_ids: Sequence[int] | sa.Select[int]) -> None:
    """Delete what was told in check-ins of these trials, with its numbers."""
    db.session.execute(sa.delete(CheckIn).where(CheckIn.trial_id.in_(trial_ids)))
