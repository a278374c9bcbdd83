"""The plans that a new instance starts with, as a table: switched off until the owner has read them."""

from dataclasses import dataclass
from datetime import time

from app.follow_ups.models import FollowUpKind
from app.mail.models import MessageClass
from app.plans.waits import Wait, WaitUnit

MORNING = time(9, 0)


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A letter by its template's key, or a task."""

    waits: Wait
    template: str | None = None
    task_kind: FollowUpKind | None = None
    title_sv: str | None = None
    title_en: str | None = None


@dataclass(frozen=True, slots=True)
class FirstPlan:
    """One plan as it comes with the house. A trigger that no room tells of yet leaves it to be started by hand."""

    key: str
    name_sv: str
    name_en: str
    message_class: MessageClass
    trigger: str
    trigger_days: int
    steps: tuple[FirstStep, ...]


def _days(amount: int, clock: time = MORNING) -> Wait:
    return Wait(amount, WaitUnit.DAYS, clock)


def _working_days(amount: int, clock: time = MORNING) -> Wait:
    return Wait(amount, WaitUnit.WORKING_DAYS, clock)


def _call(waits: Wait, title_sv: str, title_en: str) -> FirstStep:
    return FirstStep(waits, task_kind=FollowUpKind.CALL, title_sv=title_sv, title_en=title_en)


FIRST_PLANS = (
    FirstPlan(
        "nudge_after_silence",
        "Påminn efter tystnad",
        "Nudge after silence",
        MessageClass.SERVICE,
        "silent",
        4,
        (
            FirstStep(_working_days(0), "nudge_after_silence"),
            _call(_working_days(5), "Ring: inget svar på påminnelsen", "Call: no answer to the nudge"),
        ),
    ),
    FirstPlan(
        "after_consultation",
        "Efter konsultationen",
        "After the consultation",
        MessageClass.SERVICE,
        "consultation_held",
        0,
        (
            FirstStep(_working_days(1), "after_consultation"),
            _call(_working_days(4), "Ring: hur känns det efter samtalet?", "Call: how does it feel after the talk?"),
        ),
    ),
    FirstPlan(
        "after_missed_consultation",
        "Efter en konsultation som inte blev av",
        "After a consultation that was missed",
        MessageClass.SERVICE,
        "consultation_missed",
        0,
        (
            FirstStep(_working_days(1, time(10, 0)), "missed_consultation"),
            _call(_working_days(4), "Ring: vill de ha en ny tid?", "Call: would they like a new time?"),
        ),
    ),
    FirstPlan(
        "after_trial",
        "Efter provperioden",
        "After the trial",
        MessageClass.SERVICE,
        "trial_ended",
        0,
        (
            FirstStep(_working_days(1), "after_trial"),
            _call(_working_days(3), "Ring: hur gick det att prova?", "Call: how was the trial?"),
        ),
    ),
    FirstPlan(
        "won_thirty_days",
        "En månad efter köpet",
        "A month after the purchase",
        MessageClass.SERVICE,
        "won",
        30,
        (FirstStep(_working_days(0, time(10, 0)), "won_thirty_days"),),
    ),
    FirstPlan(
        "resting_check_in",
        "Hör av oss till vilande",
        "Check in while resting",
        MessageClass.MARKETING,
        "resting",
        60,
        (FirstStep(_working_days(0, time(10, 0)), "resting_check_in"),),
    ),
)
