"""Input about the stages and about why leads are lost."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.core.forms import DashboardForm, SelectChoice, TextLine, TicksField
from app.core.labels import name_here
from app.leads.models import LeadStage
from app.leads.own_stages import stages_in_order
from app.leads.stage_editing import StageFacts, facts_that_fit
from app.leads.stages import WALK, RequiredFact, Stage

LONGEST_DAYS = 365

MEANINGS = {
    Stage.NEW: _l("Nya: de har hört av sig och väntar på oss, till exempel Att ringa upp."),
    Stage.CONTACTED: _l("Kontaktade: vi har svarat eller pratat med dem, till exempel Fått broschyren."),
    Stage.CONSULTATION: _l("Konsultation: en är bokad eller har hållits, till exempel Väntar på veterinären."),
    Stage.TRIAL: _l("Provperiod: de ska prova eller provar, till exempel Enheten är på väg."),
    Stage.DECISION: _l("Beslut: de funderar på om de ska köpa, till exempel Offert skickad."),
    Stage.WON: _l("Vunna: de har köpt, till exempel Levererad."),
    Stage.LOST: _l("Förlorade: det blev inget köp, till exempel Ångrat köp. En anledning väljs alltid."),
    Stage.RESTING: _l("Vilande: inget händer förrän en viss dag, till exempel Väntar till våren."),
}
"""What each meaning says of the leads that stand there, with a stage that one may want to add to it."""

FACT_WORDS = {
    RequiredFact.VALUE: _l("Värdet i kronor"),
    RequiredFact.PHONE: _l("Ett telefonnummer"),
    RequiredFact.EMAIL: _l("En e-postadress"),
    RequiredFact.OWNER: _l("Vem som har hand om affären"),
    RequiredFact.NEXT_STEP: _l("Ett nästa steg"),
    RequiredFact.WHY: _l("Varför den flyttas, med egna ord"),
}


class StageForm(DashboardForm):
    """One stage. What does not fit its meaning is taken out by `about`."""

    name_sv = TextLine(
        _l("Namn"),
        [DataRequired(_l("Ge steget ett namn.")), Length(max=40)],
        description=_l("Står på tavlan, till exempel Offert skickad."),
    )
    name_en = TextLine(
        _l("Namn på engelska"), [Length(max=40)], description=_l("Lämna tomt för att visa det svenska namnet även där.")
    )
    meaning = RadioField(
        _l("Vad betyder det att en affär står här?"),
        [InputRequired(_l("Välj vad steget betyder."))],
        choices=lambda: [SelectChoice(meaning.value, str(words)) for meaning, words in MEANINGS.items()],
        coerce=Stage,
        description=_l("Påminnelser, planer och rapporter följer betydelsen. Den går inte att ändra sedan."),
    )
    expected_days = IntegerField(
        _l("Dagar tills en affär här har stannat upp"),
        [Optional(), NumberRange(1, LONGEST_DAYS, _l("Skriv ett tal från %(min)s till %(max)s."))],
        description=_l(
            "Till exempel 7. Hörs inget från någon på så länge, visas det på affären och bland dem som stannat upp. "
            "Tomt: den får stå hur länge som helst."
        ),
    )
    wanted = TicksField(
        _l("Vad måste man veta innan en affär kommer hit?"),
        choices=lambda: [SelectChoice(fact.value, str(words)) for fact, words in FACT_WORDS.items()],
        coerce=RequiredFact,
        description=_l("Det frågas när någon flyttar affären för hand. Det som sker av sig självt frågar inget."),
    )
    seen = HiddenField()

    @classmethod
    def about(cls, own: LeadStage | None, **data: Any) -> "StageForm":
        """The form of a stage, or of a new one."""
        form = cls(**data)
        if own is not None:
            del form.meaning
            fits = facts_that_fit(own.meaning)
            form.wanted.choices = [SelectChoice(fact.value, str(FACT_WORDS[fact])) for fact in fits]
            if own.meaning not in WALK:
                del form.expected_days
        return form

    @classmethod
    def showing(cls, own: LeadStage) -> "StageForm":
        """The form as it is first shown."""
        facts = StageFacts.of(own)
        names = {"name_sv": facts.name_sv, "name_en": facts.name_en, "seen": facts.mark}
        return cls.about(
            own, formdata=None, data={**names, "expected_days": facts.expected_days, "wanted": list(facts.wanted)}
        )

    def said(self) -> StageFacts:
        """What was filled in."""
        days = self.expected_days.data if "expected_days" in self else None
        return StageFacts(self.name_sv.data or "", self.name_en.data or "", days, frozenset(self.wanted.data or ()))


class PutAwayForm(DashboardForm):
    """Where the leads of a stage go that is put away."""

    to = SelectField(_l("Vart ska affärerna?"), coerce=int)

    @classmethod
    def offering(cls, own: LeadStage) -> "PutAwayForm":
        """The other stages of its meaning."""
        form = cls()
        alike = [known for known in stages_in_order() if known.meaning is own.meaning and known.id != own.id]
        form.to.choices = [SelectChoice(known.id, name_here(known)) for known in alike]
        return form


class ReasonForm(DashboardForm):
    """One reason why leads are lost."""

    name_sv = TextLine(
        _l("Namn"),
        [DataRequired(_l("Ge anledningen ett namn.")), Length(max=80)],
        description=_l("Till exempel Köpte av någon annan."),
    )
    name_en = TextLine(
        _l("Namn på engelska"), [Length(max=80)], description=_l("Lämna tomt för att visa det svenska namnet även där.")
    )
    seen = HiddenField()

    def names(self) -> tuple[str, str]:
        """In Swedish, and in English."""
        return self.name_sv.data or "", self.name_en.data or ""
