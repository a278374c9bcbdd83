"""What follows a change of a trial by mail: what the borrower is told, what is no longer sent, who of us is told.

Called by the services, in the transaction of the change. Each mail carries the version of the trial's days, and what
waits of earlier versions is called off, so that nobody is told of days that no longer hold.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.accounts.notices import held_until
from app.core.db import db
from app.core.language import local_day, local_zone
from app.enquiries.queries import Recipient, recipients_of_notices
from app.leads.models import EventKind
from app.mail.reasons import MOVED, SETTLED
from app.mail.services import cancel, queue
from app.trials.models import ENDS, WITH_BORROWER, Trial, TrialChange, TrialState

SAID = {
    (EventKind.TRIAL_REQUESTED, TrialState.REQUESTED): "trial_requested",
    (EventKind.TRIAL_RESERVED, TrialState.RESERVED): "trial_agreement",
    (EventKind.TRIAL_HANDED_OVER, TrialState.OUT): "trial_handed_over",
    (EventKind.TRIAL_RECEIVED, TrialState.RECEIVED): "trial_received",
    (EventKind.TRIAL_ENDED, TrialState.CANCELLED): "trial_cancelled",
    (EventKind.TRIAL_ENDED, TrialState.DECLINED): "trial_declined",
    **{
        (EventKind.TRIAL_MOVED, state): "trial_moved"
        for state in (TrialState.RESERVED, TrialState.AGREED, *WITH_BORROWER)
    },
}
"""What the borrower is told, by what has happened and the state it led to; nothing of anything else."""
NOTICES = {
    EventKind.TRIAL_REQUESTED: "new_trial_notice",
    EventKind.TRIAL_RETURNING: "trial_returning_notice",
    EventKind.CHECK_IN: "trial_call_notice",
}
"""What we are told of: somebody wants to try, says that the unit is on its way back, or wants to be called."""


def tell_borrower(trial: Trial, what: EventKind, now: datetime) -> None:
    """Call off what holds no more, and mail what has happened.

    A second call plans nothing more. Whoever left no address is told nothing, nor is anybody of a request that looks
    like spam until somebody here has said yes to it: its address was typed by whoever sent it.
    """
    _call_off(trial, now)
    kind = SAID.get((what, trial.state))
    if kind is not None:
        queue_mail(trial, kind, now)


def queue_mail(
    trial: Trial,
    kind: str,
    now: datetime,
    *,
    key: str | None = None,
    again: str = "",
    more: Mapping[str, str] | None = None,
    latest_after: timedelta | None = None,
) -> None:
    """Plan one mail to the borrower, unless nobody is to be mailed of this trial. `key` is its kind if not given."""
    if trial.email is None or trial.lead_id is None or not is_ours(trial):
        return
    queue(
        kind,
        address=trial.email,
        language=trial.language,
        dedupe_key=f"{_prefix(trial, trial.version)}{key or kind}{again}",
        context={"trial": trial.id, "version": trial.version, **(more or {})},
        now=now,
        lead_id=trial.lead_id,
        latest_after=latest_after,
    )


def tell_us(trial: Trial, what: EventKind, now: datetime) -> None:
    """Tell whoever cares for the trial what its borrower has done; without one, all who want to know what comes in.

    After their quiet hours. Of a request once; of what can happen again, once a day. Nobody is told of a request that
    looks like spam.
    """
    kind = NOTICES.get(what)
    if kind is None or not is_ours(trial):
        return
    again = "" if what is EventKind.TRIAL_REQUESTED else f":{local_day(now)}"
    for recipient in _recipients(trial):
        queue(
            kind,
            address=recipient.address,
            language=recipient.language,
            dedupe_key=f"{_prefix(trial, trial.version)}{kind}{again}:{recipient.key}",
            context={"trial": trial.id, "to": recipient.key},
            now=now,
            due_at=held_until(now, recipient.quiet, local_zone()),
        )


def _recipients(trial: Trial) -> list[Recipient]:
    """Whoever cares for the trial, if they want to know; everybody who does where nobody cares for it any more."""
    has_carer = trial.owner is not None and trial.owner.is_active
    return [each for each in recipients_of_notices() if not has_carer or each.key == f"u{trial.owner_id}"]


def is_ours(trial: Trial) -> bool:
    """Whether its borrower is told of it: not while it looks like spam and nobody here has said yes to it."""
    return not trial.is_suspect or _was_welcomed(trial)


def _was_welcomed(trial: Trial) -> bool:
    welcomed = sa.exists().where(TrialChange.trial_id == trial.id, TrialChange.to_state == TrialState.SUITABLE)
    return db.session.scalar(sa.select(welcomed)) or False


def _call_off(trial: Trial, now: datetime) -> None:
    """Versions that no longer hold say nothing more; a trial that is settled says nothing at all."""
    is_settled = trial.state in ENDS
    for version in range(trial.version + is_settled):
        cancel(
            now,
            reason=SETTLED if is_settled else MOVED,
            lead_id=trial.lead_id,
            dedupe_prefix=_prefix(trial, version),
        )


def _prefix(trial: Trial, version: int) -> str:
    """What the dedupe keys of all mails of one version begin with."""
    return f"trial:{trial.id}:v{version}:"
