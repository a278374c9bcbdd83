"""What is asked before something is done to many: which owner, which plan, which step."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField
from wtforms.validators import DataRequired, InputRequired, Length

from app.accounts.queries import active_users
from app.contacts.tags import LONGEST_NAME, every_tag
from app.core.forms import DashboardForm, SelectChoice, TextLine
from app.core.labels import name_here
from app.core.routes import row_number
from app.core.words import fold
from app.follow_ups.dues import DuePreset
from app.follow_ups.forms import PlanForm
from app.follow_ups.models import FollowUpKind
from app.follow_ups.suggestions import READY
from app.lists.choices import Choice, step_choice
from app.lists.models import BulkKind
from app.lists.stage_forms import StageForm
from app.plans.queries import plans_on


def _chosen(words: Any) -> InputRequired:
    return InputRequired(words)


class OwnerForm(DashboardForm):
    """Who is to have the leads."""

    owner = RadioField(
        _l("Vem ska ha affärerna?"),
        [_chosen(_l("Välj vem som ska ha affärerna."))],
        choices=lambda: [*(SelectChoice(str(user.id), user.name) for user in active_users()), _nobody()],
        coerce=row_number,
    )

    def said(self, now: datetime, zone: ZoneInfo) -> Choice:
        return {"owner": self.owner.data}


def _nobody() -> SelectChoice:
    return SelectChoice("0", _("Ingen"))


class StartForm(DashboardForm):
    """Which plan is to be started."""

    plan = RadioField(
        _l("Vilken plan?"),
        [_chosen(_l("Välj en plan."))],
        choices=lambda: [SelectChoice(str(plan.id), name_here(plan)) for plan in plans_on()],
        coerce=row_number,
    )

    def said(self, now: datetime, zone: ZoneInfo) -> Choice:
        return {"plan": self.plan.data}


class NextStepForm(PlanForm):
    """What is owed to each of them: a ready task by its button, or words and a day of one's own."""

    then = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        return self.then.data in READY or bool(super().validate(extra_validators))

    def said(self, now: datetime, zone: ZoneInfo) -> Choice:
        ready = READY.get(self.then.data or "")
        return step_choice(ready.step(now.astimezone(zone).date(), zone) if ready else self.step(self.due(now, zone)))


class TagForm(DashboardForm):
    """Which tag they are to carry: one there is, or a new word."""

    tag = TextLine(
        _l("Tagg"),
        [DataRequired(_l("Skriv vad taggen ska heta.")), Length(max=LONGEST_NAME)],
        description=_l("Välj en som finns, eller skriv en ny."),
    )

    def said(self, now: datetime, zone: ZoneInfo) -> Choice:
        known = {fold(tag.name): tag.id for tag in every_tag()}
        name = " ".join((self.tag.data or "").split())
        return {"tag": known[fold(name)]} if fold(name) in known else {"new_tag": name}


class UntagForm(DashboardForm):
    """Which tag they are to be rid of."""

    tag = RadioField(
        _l("Vilken tagg?"),
        [_chosen(_l("Välj en tagg."))],
        choices=lambda: [SelectChoice(str(tag.id), tag.name) for tag in every_tag()],
        coerce=row_number,
    )

    def said(self, now: datetime, zone: ZoneInfo) -> Choice:
        return {"tag": self.tag.data}


ChoiceForm = OwnerForm | StageForm | StartForm | NextStepForm | TagForm | UntagForm

FORMS: dict[BulkKind, type[ChoiceForm]] = {
    BulkKind.OWNER: OwnerForm,
    BulkKind.STAGE: StageForm,
    BulkKind.PLAN: StartForm,
    BulkKind.NEXT_STEP: NextStepForm,
    BulkKind.TAG: TagForm,
    BulkKind.UNTAG: UntagForm,
}
"""By kind what is asked; nothing is where there is no form."""


def filled_in(kind: BulkKind, choice: Choice | None) -> ChoiceForm:
    """The form as it is first shown, or with what was said before."""
    data = {} if choice is None else _typed(kind, choice)
    return FORMS[kind](formdata=None, data=data)


def _typed(kind: BulkKind, choice: Choice) -> dict[str, Any]:
    match kind:
        case BulkKind.NEXT_STEP:
            day = date.fromisoformat(choice["due_on"]) if choice["due_on"] else None
            step = {"kind": FollowUpKind(choice["kind"]), "title": choice["title"]}
            return {**step, **({"when": DuePreset.OTHER, "day": day} if day else {})}
        case BulkKind.TAG:
            return {"tag": choice.get("new_tag") or next(iter(_names_of_tag(choice["tag"])), "")}
    return choice


def _names_of_tag(tag_id: int) -> Collection[str]:
    return [tag.name for tag in every_tag() if tag.id == tag_id]


class EraseForm(DashboardForm):
    """The number that is typed to confirm that so many are erased."""

    count = IntegerField(_l("Skriv antalet för att bekräfta"), [InputRequired(_l("Skriv antalet personer."))])

    def confirms(self, count: int) -> bool:
        """Whether it is the number; else the field says what is wrong."""
        if not self.validate():
            return False
        if self.count.data != count:
            self.count.errors = [_("Skriv %(count)s, så många som raderas.", count=count)]
            return False
        return True
