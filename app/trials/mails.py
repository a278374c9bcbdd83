"""What borrowers are told of their trials by mail: days, what happens next, and the link to their own page.

No word of health, of what was asked or answered, of an article. What is lent is called the device, and nothing else.
"""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core.db import db
from app.core.filters import phone, weekday
from app.mail.kinds import Button, Kind, MailText
from app.mail.models import Message, MessageClass
from app.mail.reasons import GONE, MOVED, SETTLED
from app.settings.queries import the_business
from app.trials.models import WITH_BORROWER, Trial, TrialState
from app.trials.trial_links import agreement_address, trial_address

HAS_DAYS_AHEAD = (TrialState.RESERVED, TrialState.AGREED, *WITH_BORROWER)


def trial_of(message: Message) -> Trial:
    """The trial that a mail is about. NoResultFound where it is gone."""
    return db.session.get_one(Trial, message.context["trial"])


def _requested(message: Message) -> MailText:
    return MailText(
        subject=_("Vi har fått din önskan om en provperiod"),
        paragraphs=(
            _("Hej!"),
            _("Tack, vi har fått din önskan om att prova hemma. Vi läser det du skickade och hör av oss."),
            _("På din egen sida ser du hur det går."),
        ),
        button=page_button(trial_of(message)),
        closing=(link_words(), _("Var det inte du som bad om det? Hör av dig, så rättar vi det.")),
    )


def _agreement(message: Message) -> MailText:
    trial = trial_of(message)
    return MailText(
        subject=_("Ett avtal väntar på ditt ja"),
        paragraphs=(
            _("Hej!"),
            _("En enhet är reserverad åt dig."),
            days_words(trial),
            _("Läs avtalet på din sida och säg ja till det där. Sedan är allt klart för utlämningen."),
        ),
        button=Button(_("Läs avtalet"), agreement_address(trial)),
        closing=(reach_us_words(), link_words()),
    )


def _handed_over(message: Message) -> MailText:
    trial = trial_of(message)
    return MailText(
        subject=_("Din provperiod har börjat"),
        paragraphs=(
            _("Hej!"),
            _("Nu är enheten hos dig."),
            days_words(trial),
            _("Några gånger under tiden hör vi av oss och frågar hur det går, sist när det är dags att bestämma sig."),
            _("På din sida ser du dagarna. Där säger du också till när du har skickat tillbaka enheten."),
        ),
        button=page_button(trial),
        closing=(reach_us_words(), link_words()),
    )


def _moved(message: Message) -> MailText:
    trial = trial_of(message)
    is_unsigned = trial.state is TrialState.RESERVED
    return MailText(
        subject=_("Nya dagar för din provperiod"),
        paragraphs=(
            _("Hej!"),
            _("Dagarna för din provperiod är ändrade. De här gäller nu."),
            days_words(trial),
            *([_("Avtalet väntar på ditt ja på din sida.")] if is_unsigned else []),
        ),
        button=page_button(trial),
        closing=(reach_us_words(), link_words()),
    )


def _received(message: Message) -> MailText:
    return MailText(
        subject=_("Tack, enheten är tillbaka hos oss"),
        paragraphs=(
            _("Hej!"),
            _("Vi har tagit emot enheten. Nu går vi igenom den, och hör av oss om något saknas."),
            _("Tack för att du provade."),
        ),
        closing=(reach_us_words(),),
    )


def _cancelled(message: Message) -> MailText:
    return MailText(
        subject=_("Det blir ingen provperiod den här gången"),
        paragraphs=(
            _("Hej!"),
            _("Provperioden är avbokad. Du behöver inte göra något mer."),
            _("Vill du prova en annan gång är du välkommen att höra av dig."),
        ),
        closing=(reach_us_words(),),
    )


def _declined(message: Message) -> MailText:
    return MailText(
        subject=_("Om din önskan om en provperiod"),
        paragraphs=(
            _("Hej!"),
            _("Tack för att du ville prova. Den här gången kan vi tyvärr inte erbjuda dig en provperiod."),
            _("Ring eller skriv gärna, så berättar vi hur vi har tänkt och vad som kan passa bättre."),
        ),
        closing=(reach_us_words(),),
    )


def days_words(trial: Trial) -> str:
    """From which day until which, and how many that is."""
    if trial.starts_on is None or trial.ends_on is None:
        raise LookupError("a trial without days has none to tell of")
    count = (trial.ends_on - trial.starts_on).days + 1
    if count == 1:
        return str(_("Provperioden är en enda dag, %(day)s.", day=weekday(trial.starts_on)))
    return str(
        _(
            "Provperioden är från %(first)s till och med %(last)s, %(length)s.",
            first=weekday(trial.starts_on),
            last=weekday(trial.ends_on),
            length=ngettext("%(num)s dag", "%(num)s dagar", count),
        )
    )


def last_day(trial: Trial) -> str:
    """The last day, with its name."""
    if trial.ends_on is None:
        raise LookupError("a trial without days has no last one")
    return weekday(trial.ends_on)


def page_button(trial: Trial) -> Button:
    """The way to the borrower's own page."""
    return Button(_("Öppna din sida"), trial_address(trial))


def reach_us_words() -> str:
    """How one reaches us."""
    number = phone(the_business().phone)
    words: str = (
        _("Du når oss på %(phone)s eller genom att svara på det här mejlet.", phone=number)
        if number
        else _("Du når oss genom att svara på det här mejlet.")
    )
    return words


def link_words() -> str:
    """What to know of the link."""
    words: str = _("Länken är bara till för dig. Skicka den inte vidare.")
    return words


def why_not_while(*states: TrialState) -> Callable[[Message], str | None]:
    """What stops a mail of one version of a trial: its borrower is gone, its days are others, it stands elsewhere."""

    def why_not(message: Message) -> str | None:
        trial = db.session.get(Trial, message.context["trial"])
        if trial is None or trial.lead_id is None:
            return GONE
        if trial.version != message.context["version"]:
            return MOVED
        return None if trial.state in states else SETTLED

    return why_not


KINDS = tuple(
    Kind(name, MessageClass.SERVICE, compose, why_not_while(*states), priority=2, label=words)
    for name, compose, states, words in (
        (
            "trial_requested",
            _requested,
            (TrialState.REQUESTED, TrialState.SUITABLE),
            _l("Bekräftelse på önskad provperiod"),
        ),
        ("trial_agreement", _agreement, (TrialState.RESERVED,), _l("Avtal för en provperiod att säga ja till")),
        ("trial_handed_over", _handed_over, (TrialState.OUT,), _l("Besked om att provperioden har börjat")),
        ("trial_moved", _moved, HAS_DAYS_AHEAD, _l("Besked om nya dagar för provperioden")),
        (
            "trial_received",
            _received,
            (TrialState.RECEIVED, TrialState.CHECKED, TrialState.BOUGHT, TrialState.NOT_BOUGHT),
            _l("Tack för att enheten är tillbaka"),
        ),
        ("trial_cancelled", _cancelled, (TrialState.CANCELLED,), _l("Besked om att provperioden inte blir av")),
        ("trial_declined", _declined, (TrialState.DECLINED,), _l("Besked om att en provperiod inte kan erbjudas")),
    )
)
