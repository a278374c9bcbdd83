"""What is asked before many are moved: which stage, and what that wants to know, once for all."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField
from wtforms.validators import DataRequired, InputRequired, Length

from app.accounts.queries import active_users
from app.core.forms import DashboardForm, Kronor, SelectChoice, TextLine
from app.core.labels import name_here
from app.core.routes import row_number
from app.follow_ups.forms import PlanForm
from app.leads.forms import RestForm
from app.leads.models import LeadStage
from app.leads.moving import AlwaysAsked, Wanted, always_asked_by
from app.leads.own_stages import facts_of, stage_called, stages_in_order
from app.leads.queries import lost_reasons
from app.leads.stages import RequiredFact
from app.lists.choices import Choice, step_choice
from app.lists.stages import FIELDS


class LostReasonPart(DashboardForm):
    """Why all of them are lost."""

    lost_reason = RadioField(
        _l("Varför är de förlorade?"),
        [InputRequired(_l("Välj en anledning."))],
        choices=lambda: [SelectChoice(str(reason.id), name_here(reason)) for reason in lost_reasons()],
        coerce=row_number,
    )

    def said(self, now: datetime, zone: ZoneInfo) -> Any:
        return self.lost_reason.data


class RestPart(RestForm):
    """How long all of them rest."""

    def said(self, now: datetime, zone: ZoneInfo) -> Any:
        today = now.astimezone(zone).date()
        until = self.comes_back_on(today)
        if until is None or until <= today:
            self.until.errors = [_("Välj en dag efter i dag som affärerna ska vila till.")]
            return None
        return until.isoformat()


class ValuePart(DashboardForm):
    """What each of those is worth that have no value yet."""

    value = Kronor(
        _l("Värde i kronor"),
        [InputRequired(_l("Skriv vad affären är värd."))],
        description=_l("För dem som inte har något värde än."),
    )

    def said(self, now: datetime, zone: ZoneInfo) -> Any:
        return self.value.data


class OwnerPart(DashboardForm):
    """Who gets those that nobody has yet."""

    owner = RadioField(
        _l("Vem ska ha dem som saknar ansvarig?"),
        [InputRequired(_l("Välj vem som ska ha affärerna."))],
        choices=lambda: [SelectChoice(str(user.id), user.name) for user in active_users()],
        coerce=row_number,
    )

    def said(self, now: datetime, zone: ZoneInfo) -> Any:
        return self.owner.data


class StepPart(PlanForm):
    """What comes next for those that are owed nothing."""

    def said(self, now: datetime, zone: ZoneInfo) -> Any:
        return step_choice(self.step(self.due(now, zone)))


class WhyPart(DashboardForm):
    """Why they are moved, on the timeline of each."""

    why = TextLine(_l("Varför?"), [DataRequired(_l("Skriv varför.")), Length(max=300)])

    def said(self, now: datetime, zone: ZoneInfo) -> Any:
        return self.why.data


Part = LostReasonPart | RestPart | ValuePart | OwnerPart | StepPart | WhyPart

PARTS: dict[Wanted, type[Part]] = {
    AlwaysAsked.LOST_REASON: LostReasonPart,
    AlwaysAsked.REST_DAY: RestPart,
    RequiredFact.VALUE: ValuePart,
    RequiredFact.OWNER: OwnerPart,
    RequiredFact.NEXT_STEP: StepPart,
    RequiredFact.WHY: WhyPart,
}


class StageForm(DashboardForm):
    """Which stage; and, once it is chosen, what that wants to know (`parts`)."""

    stage = RadioField(
        _l("Vilket steg?"),
        [InputRequired(_l("Välj ett steg."))],
        choices=lambda: [SelectChoice(str(own.id), name_here(own)) for own in stages_in_order()],
        coerce=row_number,
    )
    answers = HiddenField()
    """The stage that the parts on the page are about."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        own = stage_called(self.stage.data) if self.stage.data else None
        self.is_answered = own is not None and self.answers.data == str(own.id)
        more: dict[str, Any] = {} if self.is_answered else {"formdata": None}
        self.parts: dict[Wanted, Part] = {fact: PARTS[fact](**more) for fact in _asked_once(own)} if own else {}
        if own is not None:
            self.answers.data = str(own.id)

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether all is said. Where the parts have not been shown yet, there is nothing wrong either."""
        is_valid: bool = super().validate(extra_validators)
        if not is_valid or (self.parts and not self.is_answered):
            return False
        wrong = [part for part in self.parts.values() if not part.validate()]
        return not wrong

    @property
    def has_errors(self) -> bool:
        """Whether something is wrong, and not only unsaid."""
        return bool(self.errors) or any(part.errors for part in self.parts.values())

    def said(self, now: datetime, zone: ZoneInfo) -> Choice | None:
        """What was chosen; None where a part of it will not do."""
        facts = {FIELDS[fact]: part.said(now, zone) for fact, part in self.parts.items()}
        return None if None in facts.values() else {"stage": self.stage.data, "facts": facts}


def _asked_once(own: LeadStage) -> list[Wanted]:
    return [fact for fact in (*always_asked_by(own), *facts_of(own)) if fact in PARTS]
