"""The plans of the demo: switched on a while ago, walked day by day, their letters approved by whoever is at work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from app.accounts.models import User
from app.core.db import db
from app.core.workdays import is_working_day
from app.demo.own_mail import Happening
from app.demo.past_mail import Gone, settle_past_mail
from app.demo.timing import Present
from app.leads.listing import LeadFilter, latest_leads
from app.leads.stages import Stage
from app.mail.templates import ensure_templates
from app.plans.drafts import approve, skip
from app.plans.editing import ensure_plans, switch_on
from app.plans.models import Plan
from app.plans.queries import due_runs, leads_with_contacts, plans, plans_on, run_to_change, waiting_drafts
from app.plans.services import advance, start_many
from app.plans.starting import who_may_start

ON = ("nudge_after_silence", "after_consultation", "after_trial", "won_thirty_days")
ON_FOR = timedelta(days=75)
"""How long ago the owner switched them on."""
LOOKED_AT = time(8, 20)
"""When the letters of the morning are looked at."""
SKIPPED = 0.15
"""How large a part of them is not sent after all."""
BY_HAND = "after_consultation"
MOST_BY_HAND = 3


@dataclass(frozen=True, slots=True)
class Office:
    """Who looks at the letters, and when nobody has yet: what was written on the latest working day still waits."""

    present: Present
    owner: User
    gone: Gone
    chance: Random

    @property
    def latest(self) -> date:
        """The working day whose morning was the last to come."""
        today = self.present.today
        has_begun = self.present.at(today, LOOKED_AT) <= self.present.now
        return _working_day_up_to(today if has_begun else today - timedelta(days=1))

    @property
    def day_before(self) -> date:
        return _working_day_up_to(self.latest - timedelta(days=1))


def _working_day_up_to(day: date) -> date:
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def open_plans(present: Present) -> None:
    """The owner has read the plans and switched most of them on."""
    ensure_templates(present.now - ON_FOR)
    ensure_plans(present.now - ON_FOR)
    for plan in plans():
        if plan.key in ON:
            switch_on(plan, present.now - ON_FOR)


def walks(office: Office) -> Iterator[Happening]:
    """Every morning since then, up to today's: yesterday's mail has left, and the plans go on."""
    present = office.present
    day = present.day_of(present.now - ON_FOR)
    while (moment := present.at(day, LOOKED_AT)) <= present.now:
        yield moment, partial(walk, moment, office)
        day += timedelta(days=1)


def walk(moment: datetime, office: Office) -> None:
    """One morning: leads start plans, the clock makes letters ready, and somebody looks at them."""
    day = office.present.day_of(moment)
    settle_past_mail(moment, office.gone, office.chance)
    for plan in plans_on():
        start_many(plan, leads_with_contacts(who_may_start(plan, moment)), None, moment)
    if day == office.day_before:
        _start_by_hand(office.owner, moment)
    db.session.flush()
    _advance(moment)
    if is_working_day(day) and day < office.latest:
        _look_through(moment, office)
        _advance(moment)


def _start_by_hand(owner: User, moment: datetime) -> None:
    plan = db.session.scalars(db.select(Plan).filter_by(key=BY_HAND)).one()
    start_many(plan, latest_leads(LeadFilter.asking(stage=Stage.DECISION), moment, MOST_BY_HAND), owner, moment)


def _advance(moment: datetime) -> None:
    for run_id in due_runs(moment):
        run = run_to_change(run_id)
        if run is not None:
            advance(run, moment)
    db.session.flush()


def _look_through(moment: datetime, office: Office) -> None:
    for draft in waiting_drafts(limit=100):
        decide = skip if office.chance.random() < SKIPPED else approve
        decide(draft, office.owner, moment)
    db.session.flush()
