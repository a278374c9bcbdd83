from collections.abc import Collection, Mapping, Sequence
from datetime import time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FieldList, Form, FormField, IntegerField, RadioField, SelectField, TimeField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from app.accounts.queries import active_users
from app.core import form_rows
from app.core.forms import DashboardForm, SelectChoice, TextLine
from app.core.labels import choices, name_here
from app.core.routes import row_number
from app.follow_ups.forms import PLANNABLE
from app.follow_ups.models import FollowUpKind
from app.mail.models import MessageClass
from app.mail.template_forms import body_block, subject_line
from app.mail.templates import every_template
from app.plans.editing import MOST_STEPS, Facts, Step
from app.plans.models import Plan, PlanVersion, StepAction
from app.plans.triggers import known_triggers
from app.plans.waits import Wait, WaitUnit

LONGEST_WAIT = 365
NEW_STEP = {
    "wait": "3",
    "wait_unit": WaitUnit.WORKING_DAYS.value,
    "clock": "09:00",
    "action": StepAction.LETTER.value,
    "late_days": "3",
}
"""What a step that is added begins as."""


def _template_choices(chosen: Collection[int]) -> list[SelectChoice]:
    """The templates in use, and those that a step has already."""
    offered = [template for template in every_template() if template.is_active or template.id in chosen]
    return [SelectChoice("0", _("Välj mall")), *(SelectChoice(str(row.id), name_here(row)) for row in offered)]


def _owner_choices() -> list[SelectChoice]:
    whoever = SelectChoice("0", _("Affärens ansvariga"))
    return [whoever, *(SelectChoice(str(user.id), user.name) for user in active_users())]


def _trigger_choices() -> list[SelectChoice]:
    by_hand = SelectChoice("", _("Bara för hand"))
    return [by_hand, *(SelectChoice(trigger.name, str(trigger.label)) for trigger in known_triggers())]


class StepForm(Form):
    """One step: how long to wait, and then what."""

    wait = IntegerField(
        _l("Vänta"), [NumberRange(0, LONGEST_WAIT, _l("Skriv ett tal från 0 till %(max)s."))], default=3
    )
    wait_unit = SelectField(_l("Räknat i"), choices=lambda: choices(WaitUnit), coerce=WaitUnit)
    action = SelectField(_l("Gör sedan"), choices=lambda: choices(StepAction), coerce=StepAction)
    template = SelectField(_l("Mall"), coerce=row_number, default="0")
    clock = TimeField(_l("Klockslag"), [Optional()], default=time(9, 0))
    late_days = IntegerField(
        _l("Skickas högst så många dagar för sent"),
        [Optional(), NumberRange(1, 30, _l("Skriv ett tal från 1 till 30."))],
        default=3,
    )
    task_kind = SelectField(
        _l("Uppgift"), choices=lambda: choices(PLANNABLE), coerce=FollowUpKind, default=FollowUpKind.CALL
    )
    task_title = TextLine(_l("Med egna ord"), [Length(max=120)])
    task_title_en = TextLine(_l("På engelska"), [Length(max=120)])
    task_owner = SelectField(_l("Vems uppgift?"), coerce=row_number, default="0")

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """A letter needs a template and a time of day."""
        is_valid: bool = super().validate(extra_validators)
        if self.action.data is not StepAction.LETTER:
            return is_valid
        if not self.template.data and not self.template.errors:
            self.template.errors = [_("Välj vilken mall mejlet skrivs efter.")]
            is_valid = False
        if self.clock.data is None and not self.clock.errors:
            self.clock.errors = [_("Välj när på dagen mejlet går.")]
            is_valid = False
        return is_valid

    def step(self) -> Step:
        """What was filled in. Of what belongs to the other kind of step nothing is kept."""
        waits = Wait(self.wait.data or 0, self.wait_unit.data, self.clock.data or time(9, 0))
        if self.action.data is StepAction.LETTER:
            late_days = self.late_days.data or 3
            return Step(waits, StepAction.LETTER, template_id=self.template.data, late_days=late_days)
        return Step(
            Wait(waits.amount, waits.unit, time(9, 0)),
            StepAction.TASK,
            task_kind=self.task_kind.data,
            task_title_sv=self.task_title.data or None,
            task_title_en=self.task_title_en.data or None,
            task_owner_id=self.task_owner.data or None,
        )


class PlanForm(DashboardForm):
    """A plan: what it is called, what starts it, and its steps."""

    name = TextLine(
        _l("Namn"),
        [DataRequired(_l("Ge planen ett namn.")), Length(max=80)],
        description=_l("Bara ni ser det, till exempel Påminn efter tystnad."),
    )
    name_en = TextLine(
        _l("Namn på engelska"),
        [Length(max=80)],
        description=_l("Lämna tomt för att visa det svenska namnet även där."),
    )
    trigger = SelectField(
        _l("Startar av sig själv"),
        choices=_trigger_choices,
        description=_l("Annars startar du den själv, på en affär eller på många."),
    )
    trigger_days = IntegerField(
        _l("Efter så många dagar"), [Optional(), NumberRange(0, LONGEST_WAIT, _l("Skriv ett tal från 0 till %(max)s."))]
    )
    sending = RadioField(
        _l("När ett mejl ska gå"),
        choices=lambda: [
            SelectChoice("asks", _("Vänta tills någon har läst och godkänt det")),
            SelectChoice("by_itself", _("Skicka det av sig själv")),
        ],
        default="asks",
        description=_l("Osäker? Välj att godkänna. Det går att ändra sedan."),
    )
    steps: "FieldList[FormField[StepForm]]" = FieldList(FormField(StepForm), max_entries=MOST_STEPS)
    moves_runs = BooleanField(_l("Flytta pågående till den nya versionen"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        templates = _template_choices({entry.form.template.data for entry in self.steps})
        owners = _owner_choices()
        for entry in self.steps:  # asked for once, not by each step
            entry.form.template.choices, entry.form.task_owner.choices = templates, owners

    @classmethod
    def showing(cls, plan: Plan, version: PlanVersion) -> "PlanForm":
        """The form as it is first shown."""
        return cls(
            formdata=None,
            data={
                "name": plan.name_sv,
                "name_en": plan.name_en,
                "trigger": plan.trigger or "",
                "trigger_days": plan.trigger_days,
                "sending": "by_itself" if plan.sends_by_itself else "asks",
                "steps": [
                    {
                        "wait": step.wait,
                        "wait_unit": step.wait_unit,
                        "action": step.action,
                        "template": str(step.template_id or 0),
                        "clock": step.clock,
                        "late_days": step.late_days,
                        "task_kind": step.task_kind or FollowUpKind.CALL,
                        "task_title": step.task_title_sv,
                        "task_title_en": step.task_title_en,
                        "task_owner": str(step.task_owner_id or 0),
                    }
                    for step in version.steps
                ],
            },
        )

    def plan_facts(self) -> Facts:
        """What was filled in about the plan itself."""
        return Facts(
            self.name.data or "",
            self.name_en.data or "",
            self.trigger.data or None,
            self.trigger_days.data or 0,
            self.sending.data == "by_itself",
        )

    def plan_steps(self) -> list[Step]:
        """The steps in their order."""
        return [entry.form.step() for entry in self.steps]


class NewPlanForm(PlanForm):
    """A plan that does not exist yet also says what its mails are by law."""

    message_class = RadioField(
        _l("Vad är mejlen?"),
        choices=lambda: [
            SelectChoice(MessageClass.SERVICE.value, _("En del av ärendet: påminnelser, frågor, omtanke")),
            SelectChoice(MessageClass.MARKETING.value, _("Tips och erbjudanden: bara till dem som sagt ja till tips")),
        ],
        coerce=MessageClass,
        default=MessageClass.SERVICE,
    )


class LetterForm(DashboardForm):
    """One letter in other words."""

    subject = subject_line(DataRequired(_l("Skriv ett ämne.")))
    body = body_block(DataRequired(_l("Skriv mejlets text.")))


def rearranged(typed: MultiDict[str, str], act: str) -> MultiDict[str, str]:
    """The typed form with its steps rearranged, as `core.form_rows` does."""
    return form_rows.rearranged(typed, act, "steps", NEW_STEP, MOST_STEPS)
