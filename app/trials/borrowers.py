"""Who has a unit, once the person has been erased: kept until our device is back (GDPR 17(3)(e), legal claims)."""

from datetime import datetime

import sqlalchemy as sa

from app.core.db import db
from app.mail.erasing import forget_mails
from app.trials.agreements import Agreement
from app.trials.models import Trial, TrialChange
from app.trials.protocols import Protocol, TrialPhoto


def forget_if_erased(trial: Trial, now: datetime) -> None:
    """Nothing more is needed of an erased person whose unit is with us again, or given up. Asked after each change."""
    if trial.lead is None and not trial.is_with_borrower:
        forget_borrower(trial, now)


def forget_borrower(trial: Trial, now: datetime) -> None:
    """Clear who borrows, where the unit was, why its days were changed, its photos, and what was mailed about it."""
    trial.borrower_name = ""
    trial.email = trial.phone = trial.street_address = trial.postcode = trial.city = None
    clear(Agreement, trial, name="")
    clear(Protocol, trial, place="")
    clear(TrialChange, trial, why=None)
    db.session.execute(sa.delete(TrialPhoto).where(TrialPhoto.trial_id == trial.id))
    forget_mails(now, dedupe_prefix=f"trial:{trial.id}:")


def clear(model: type[Agreement | Protocol | TrialChange], trial: Trial, **values: str | None) -> None:
    """Put these values into all the trial's rows of that table."""
    db.session.execute(sa.update(model).where(model.trial_id == trial.id).values(values))
