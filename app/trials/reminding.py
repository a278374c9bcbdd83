"""To remind a borrower at once of what waits for them, because one of us asked for it."""

from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.language import local_day
from app.leads.models import EventKind, LeadEvent
from app.leads.services import tell
from app.trials.care import KEEPS_IT
from app.trials.check_in_queries import wants_check_ins
from app.trials.letters import queue_mail
from app.trials.models import Trial, TrialState

AT_MOST_EVERY = timedelta(hours=1)


class About(StrEnum):
    """What waits for the borrower."""

    AGREEMENT = "agreement"
    CHECK_IN = "check_in"
    DECISION = "decision"
    RETURN = "return"


def what_waits(trial: Trial, today: date) -> About | None:
    """What the borrower can be reminded of today; None where nothing waits for them."""
    if trial.state is TrialState.RESERVED:
        return About.AGREEMENT
    if trial.state is TrialState.OUT:
        return About.CHECK_IN if wants_check_ins(trial) else None
    if trial.state is not TrialState.DECISION or trial.decision in KEEPS_IT or trial.ends_on is None:
        return None
    if trial.ends_on < today:
        return About.RETURN
    return None if trial.decision else About.DECISION


def remind_now(trial: Trial, actor: User, now: datetime) -> None:
    """Mail the borrower what waits for them, and let the timeline say so.

    Refused where nothing waits, where they left no address or are gone, and within an hour of the last time.
    """
    about = what_waits(trial, local_day(now))
    if about is None or trial.lead is None:
        raise RuleBroken(_l("Det finns inget att påminna om just nu."))
    if trial.email is None:
        raise RuleBroken(_l("Den som lånar har inte lämnat någon e-postadress. Ring i stället."))
    if _was_reminded_since(trial, now - AT_MOST_EVERY):
        raise RuleBroken(_l("En påminnelse har gått den senaste timmen. Vänta lite innan nästa."))
    queue_mail(trial, "trial_reminder", now, again=f":{int(now.timestamp())}", more={"about": about})
    tell(trial.lead, EventKind.TRIAL_REMINDED, now, actor=actor, about_id=trial.id)


def _was_reminded_since(trial: Trial, moment: datetime) -> bool:
    reminded = sa.exists().where(
        LeadEvent.lead_id == trial.lead_id,
        LeadEvent.kind == EventKind.TRIAL_REMINDED,
        LeadEvent.about_id == trial.id,
        LeadEvent.at > moment,
    )
    return db.session.scalar(sa.select(reminded)) or False
