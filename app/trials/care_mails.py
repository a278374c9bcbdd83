"""The mails of the care around a trial: how it goes, that it ends, that it is over; and a reminder that we ask for."""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.language import local_day
from app.mail.kinds import Button, Kind, MailText
from app.mail.models import Message, MessageClass
from app.mail.reasons import NOT_WANTED, SETTLED
from app.trials.care import KEEPS_IT, SAID, WITH_THEM
from app.trials.check_in_queries import wants_check_ins
from app.trials.mails import last_day, link_words, page_button, reach_us_words, trial_of, why_not_while
from app.trials.models import Decision, Trial, TrialState
from app.trials.reminding import About, what_waits
from app.trials.trial_links import agreement_address, check_in_address, returned_address


def _started_well(message: Message) -> MailText:
    return MailText(
        subject=_("Gick det bra att komma igång?"),
        paragraphs=(
            _("Hej!"),
            _("Nu har du haft enheten en stund. Vi vill bara höra att allt fungerar."),
            _("Är något oklart eller krånglar? Svara på det här mejlet eller ring, så hjälper vi dig."),
        ),
        button=page_button(trial_of(message)),
        closing=(reach_us_words(), link_words()),
    )


def _check_in(message: Message) -> MailText:
    return MailText(
        subject=_("Hur går det? Några korta frågor"),
        paragraphs=(_("Hej!"), *_check_in_words()),
        button=_check_in_button(trial_of(message)),
        closing=(_("Vill du inte ha fler sådana frågor säger du till på din sida."), link_words()),
    )


def _check_in_words() -> tuple[str, ...]:
    return (
        _("Vi undrar hur det går, med dina egna ord och siffror. Det tar någon minut."),
        _("Frågorna finns på din sida, och bara vi läser dina svar."),
    )


def _ends_soon(message: Message) -> MailText:
    trial = trial_of(message)
    return MailText(
        subject=_("Din provperiod slutar %(day)s", day=last_day(trial)),
        paragraphs=(
            _("Hej!"),
            _("Sista dagen på din provperiod är %(day)s.", day=last_day(trial)),
            _("Fundera gärna på hur du vill göra sedan: köpa, lämna tillbaka eller prova lite längre."),
            _("Hör av dig när du vet, så ordnar vi det tillsammans."),
        ),
        button=page_button(trial),
        closing=(reach_us_words(), link_words()),
    )


def _decision(message: Message) -> MailText:
    trial = trial_of(message)
    return MailText(
        subject=_("Provperioden är slut. Hur vill du göra?"),
        paragraphs=(_("Hej!"), *_decision_words(trial)),
        button=page_button(trial),
        closing=(reach_us_words(), link_words()),
    )


def _decision_words(trial: Trial) -> tuple[str, ...]:
    return (
        _("Sista dagen på din provperiod är %(day)s. Nu är det dags att bestämma sig.", day=last_day(trial)),
        _("Vill du köpa, eller prova lite längre? Svara på det här mejlet eller ring."),
        _("Vill du lämna tillbaka enheten? Säg till på din sida när den är på väg."),
    )


def _overdue(message: Message) -> MailText:
    trial = trial_of(message)
    return MailText(
        subject=_("Är enheten på väg tillbaka?"),
        paragraphs=(_("Hej!"), *_overdue_words(trial)),
        button=_returned_button(trial),
        closing=(reach_us_words(), link_words()),
    )


def _overdue_words(trial: Trial) -> tuple[str, ...]:
    return (
        _(
            "Sista dagen på din provperiod var %(day)s, men enheten har inte kommit tillbaka till oss.",
            day=last_day(trial),
        ),
        _("Har du redan skickat den? Säg till på din sida, så vet vi det."),
        _("Annars: hör av dig, så kommer vi överens om hur den kommer tillbaka, eller om du vill behålla den."),
    )


def _overdue_again(message: Message) -> MailText:
    trial = trial_of(message)
    return MailText(
        subject=_("Enheten skulle ha varit tillbaka %(day)s", day=last_day(trial)),
        paragraphs=(
            _("Hej!"),
            _(
                "Enheten som du lånar av oss skulle ha varit tillbaka %(day)s. Vi har inte fått den.",
                day=last_day(trial),
            ),
            _("Skicka tillbaka den nu, eller ring oss i dag, så hittar vi en lösning."),
            _("Enheten är vår tills vi har kommit överens om något annat."),
        ),
        button=_returned_button(trial),
        closing=(reach_us_words(), link_words()),
    )


def _reminder(message: Message) -> MailText:
    """What waits for the borrower, said again because one of us asked for it."""
    trial = trial_of(message)
    subject, paragraphs, button = REMINDERS[About(message.context["about"])](trial)
    return MailText(
        subject=subject, paragraphs=(_("Hej!"), *paragraphs), button=button, closing=(reach_us_words(), link_words())
    )


def _of_agreement(trial: Trial) -> tuple[str, tuple[str, ...], Button]:
    return (
        _("Påminnelse: avtalet väntar på ditt ja"),
        (
            _("En enhet är reserverad åt dig, och avtalet väntar på ditt ja."),
            _("Läs det på din sida och säg ja till det där. Sedan är allt klart för utlämningen."),
        ),
        Button(_("Läs avtalet"), agreement_address(trial)),
    )


def _of_check_in(trial: Trial) -> tuple[str, tuple[str, ...], Button]:
    return _("Påminnelse: hur går det?"), _check_in_words(), _check_in_button(trial)


def _of_decision(trial: Trial) -> tuple[str, tuple[str, ...], Button]:
    return _("Påminnelse: hur vill du göra?"), _decision_words(trial), page_button(trial)


def _of_return(trial: Trial) -> tuple[str, tuple[str, ...], Button]:
    return _("Påminnelse: enheten ska tillbaka till oss"), _overdue_words(trial), _returned_button(trial)


REMINDERS: dict[About, Callable[[Trial], tuple[str, tuple[str, ...], Button]]] = {
    About.AGREEMENT: _of_agreement,
    About.CHECK_IN: _of_check_in,
    About.DECISION: _of_decision,
    About.RETURN: _of_return,
}


def _check_in_button(trial: Trial) -> Button:
    return Button(_("Svara på frågorna"), check_in_address(trial))


def _returned_button(trial: Trial) -> Button:
    return Button(_("Säg till att den är på väg"), returned_address(trial))


def _unless_said(decisions: tuple[Decision, ...], *states: TrialState) -> Callable[[Message], str | None]:
    """As `why_not_while`; and nobody is asked for what they have said."""
    why_not_now = why_not_while(*states)

    def why_not(message: Message) -> str | None:
        return why_not_now(message) or (SETTLED if trial_of(message).decision in decisions else None)

    return why_not


def _why_no_check_in(message: Message) -> str | None:
    reason = why_not_while(TrialState.OUT)(message)
    return reason or (None if wants_check_ins(trial_of(message)) else NOT_WANTED)


def _why_no_reminder(message: Message) -> str | None:
    reason = why_not_while(TrialState.RESERVED, *WITH_THEM)(message)
    if reason:
        return reason
    today = local_day(message.due_at)
    return None if what_waits(trial_of(message), today) == message.context["about"] else SETTLED


KINDS = tuple(
    Kind(name, MessageClass.SERVICE, compose, why_not, priority=3, label=words)
    for name, compose, why_not, words in (
        (
            "trial_started_well",
            _started_well,
            why_not_while(TrialState.OUT),
            _l("Fråga om det gick bra att komma igång"),
        ),
        ("trial_check_in", _check_in, _why_no_check_in, _l("Frågor om hur provperioden går")),
        (
            "trial_ends_soon",
            _ends_soon,
            _unless_said(SAID, TrialState.OUT),
            _l("Besked om att provperioden snart är slut"),
        ),
        (
            "trial_decision",
            _decision,
            _unless_said(SAID, TrialState.DECISION),
            _l("Fråga om hur det blir efter provperioden"),
        ),
        (
            "trial_overdue",
            _overdue,
            _unless_said(KEEPS_IT, TrialState.DECISION),
            _l("Fråga om enheten som inte är tillbaka"),
        ),
        (
            "trial_overdue_again",
            _overdue_again,
            _unless_said(KEEPS_IT, TrialState.DECISION),
            _l("Krav på enheten som inte är tillbaka"),
        ),
        ("trial_reminder", _reminder, _why_no_reminder, _l("Påminnelse om provperioden")),
    )
)
