"""The groups of Today, and which of them each open thing falls to: every one to exactly one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.accounts.queries import falls_to
from app.consultations.hosts import Host
from app.consultations.models import Consultation
from app.consultations.queries import WAITS as TALK_WAITS
from app.core.statements import Statement
from app.enquiries.models import Enquiry
from app.enquiries.queries import IS_OPEN_ENQUIRY
from app.follow_ups.models import FollowUp, FollowUpKind
from app.home.queries import IS_DUE, IS_TOLD_TWICE
from app.leads.models import IS_ADRIFT, Lead
from app.leads.stages import Stage
from app.plans.models import PlanDraft, PlanRun
from app.plans.queries import IS_WAITING_DRAFT
from app.trials.models import Trial
from app.trials.queries import ASKS_WHAT_BECOMES
from app.trials.queries import WAITS as TRIAL_WAITS


class Group(StrEnum):
    """What is to be done, in the order of its urgency."""

    ANSWERS = "answers"
    CALLS = "calls"
    MEETINGS = "meetings"
    TRIALS = "trials"
    DECISIONS = "decisions"
    TASKS = "tasks"
    ADRIFT = "adrift"
    DRAFTS = "drafts"


STEP_GROUPS = {
    Group.DECISIONS: Lead.stage == Stage.DECISION,
    Group.CALLS: FollowUp.kind == FollowUpKind.CALL,
    Group.MEETINGS: FollowUp.kind == FollowUpKind.VISIT,
}
"""Where a step falls: to the first that it fulfils, else to the tasks."""


def _word(group: Group) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{group}'", sa.String)


_group_of_step = sa.case(
    *((condition, _word(group)) for group, condition in STEP_GROUPS.items()), else_=_word(Group.TASKS)
)
_group_of_trial = sa.case((ASKS_WHAT_BECOMES, _word(Group.DECISIONS)), else_=_word(Group.TRIALS))


def step_is_in(group: Group) -> sa.ColumnElement[bool]:
    """The condition that a step, whose lead is joined to it, falls to the group."""
    return _group_of_step == _word(group)


def trial_is_in(group: Group) -> sa.ColumnElement[bool]:
    """The condition that a trial that waits falls to the group."""
    return _group_of_trial == _word(group)


_USER = sa.bindparam("user_id", type_=sa.Integer)
_OF_LEAD = falls_to(_USER, Lead.owner_id)


def _count(
    what: str, group: sa.ColumnElement[str], mine: sa.ColumnElement[bool], source: Any, *conditions: Any
) -> sa.Select[str, str, int, int]:
    """How many there are of a thing in each group: all, and those of one user."""
    columns = (sa.literal_column(f"'{what}'", sa.String).label("what"), group.label("falls_to"))
    counts = (sa.func.count(), sa.func.count().filter(mine))
    return sa.select(*columns, *counts).select_from(source).where(*conditions).group_by("what", "falls_to")


_WITH_LEAD = sa.join(PlanDraft, PlanRun, PlanDraft.run_id == PlanRun.id).join(Lead, PlanRun.lead_id == Lead.id)
_COUNTS = Statement(
    sa.union_all(
        _count(
            "enquiries",
            _word(Group.ANSWERS),
            _OF_LEAD,
            sa.outerjoin(Enquiry, Lead, Enquiry.lead_id == Lead.id),
            IS_OPEN_ENQUIRY,
        ),
        _count(
            "steps",
            _group_of_step,
            falls_to(_USER, FollowUp.owner_id),
            sa.join(FollowUp, Lead, FollowUp.lead_id == Lead.id),
            *IS_DUE,
            ~IS_TOLD_TWICE,
        ),
        _count(
            "talks",
            _word(Group.MEETINGS),
            Host.user_id == _USER,
            sa.join(Consultation, Host, Consultation.host_id == Host.id),
            TALK_WAITS,
        ),
        _count("trials", _group_of_trial, falls_to(_USER, Trial.owner_id), Trial, TRIAL_WAITS),
        _count("drafts", _word(Group.DRAFTS), _OF_LEAD, _WITH_LEAD, IS_WAITING_DRAFT),
        _count("adrift", _word(Group.ADRIFT), _OF_LEAD, Lead, IS_ADRIFT),
    )
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is of each thing in each group: of everybody, and of one user and nobody in particular."""

    of_all: Mapping[tuple[str, Group], int]
    of_mine: Mapping[tuple[str, Group], int]

    def of(self, group: Group, *, mine: bool) -> int:
        """How much a group holds."""
        counts = self.of_mine if mine else self.of_all
        return sum(count for (_, falls_to), count in counts.items() if falls_to is group)

    def waits(self, *, mine: bool) -> int:
        """All that waits for somebody. What is adrift waits for nobody, and is counted apart."""
        return sum(self.of(group, mine=mine) for group in Group if group is not Group.ADRIFT)


def counts_of(user_id: int, day: date, before: datetime) -> Counts:
    """What is open and due on a local day, which ends at `before`, by group; one statement."""
    rows = _COUNTS.run({"before": before, "until_on": day, "user_id": user_id})
    return Counts(
        {(what, Group(group)): count for what, group, count, _ in rows},
        {(what, Group(group)): count for what, group, _, count in rows},
    )
