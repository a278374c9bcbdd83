"""What is left of the loans of a person who is erased: which unit, when, and who has one that is still out.

All that was written of anybody's health goes at once.
"""

from datetime import datetime

import sqlalchemy as sa

from app.accounts.models import User
from app.contacts.models import Contact
from app.core.db import db
from app.leads.models import Lead
from app.leads.queries import leads_to_change
from app.trials.borrowers import clear, forget_if_erased
from app.trials.ending import cancel
from app.trials.forgetting import forget_check_ins
from app.trials.models import BEFORE_OUT, Trial, TrialChange
from app.trials.protocols import PhotoKind, Protocol, TrialPhoto
from app.trials.queries import lock_units
from app.trials.suitability import SuitabilityAnswer
from app.trials.units import DeviceUnit


def forget_trials(contact: Contact, actor: User | None, now: datetime) -> None:
    """Call off what has not begun, and clear the contact's loans: of one that is out, all but who has the unit."""
    for trial in _trials_to_change(contact):
        if trial.state in BEFORE_OUT:
            cancel(trial, actor, now)
        _forget_health(trial)
        trial.nonce = trial.lead = None
        forget_if_erased(trial, now)


def _forget_health(trial: Trial) -> None:
    """The photo of an agreement on paper shows no health and proves the loan: it stays as long as the name does."""
    trial.wishes = trial.commission_note = None
    forget_check_ins([trial.id])
    db.session.execute(sa.delete(SuitabilityAnswer).where(SuitabilityAnswer.trial_id == trial.id))
    clear(TrialChange, trial, why=None)
    clear(Protocol, trial, condition="")
    photos = sa.delete(TrialPhoto).where(TrialPhoto.trial_id == trial.id, TrialPhoto.kind != PhotoKind.AGREEMENT)
    db.session.execute(photos)


def _trials_to_change(contact: Contact) -> list[Trial]:
    """Locked in the order that everybody keeps: the units, the leads, the trials."""
    theirs = Trial.lead_id.in_(sa.select(Lead.id).where(Lead.contact_id == contact.id))
    lock_units(DeviceUnit.model_id.in_(sa.select(Trial.model_id).where(theirs)))
    leads_to_change([contact])
    query = sa.select(Trial).where(theirs).order_by(Trial.id).with_for_update(of=Trial, key_share=True)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))
