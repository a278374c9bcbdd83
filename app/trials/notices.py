"""The mails to ourselves: somebody wants to try, sends the device back, or wants to be called. A link, no names."""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.public_addresses import public_address
from app.enquiries.queries import recipients_of_notices
from app.follow_ups.mails import settings_words
from app.mail.kinds import Button, Kind, MailText
from app.mail.models import Message, MessageClass
from app.mail.reasons import GONE, NOT_WANTED, SETTLED
from app.trials.mails import trial_of
from app.trials.models import WITH_BORROWER, Trial, TrialState


def _new(message: Message) -> MailText:
    return _to_us(
        message,
        _("Någon vill prova hemma"),
        _("Någon har bett om en provperiod. Se om den passar, och reservera en enhet eller hör av dig."),
    )


def _returning(message: Message) -> MailText:
    return _to_us(
        message,
        _("En enhet är på väg tillbaka"),
        _("Den som lånar säger att enheten är på väg tillbaka. Ta emot den när den kommer."),
    )


def _call(message: Message) -> MailText:
    return _to_us(
        message,
        _("Någon som provar vill att du ringer"),
        _("Den som lånar en enhet har bett dig ringa. En uppgift för det ligger på Idag."),
    )


def _to_us(message: Message, subject: str, words: str) -> MailText:
    address = public_address("trials.detail", trial_id=trial_of(message).id)
    return MailText(
        subject=subject,
        paragraphs=(words,),
        button=Button(_("Öppna provperioden"), address),
        closing=(settings_words(),),
    )


def _why_not_while(*states: TrialState) -> Callable[[Message], str | None]:
    """What stops a notice: the trial or its borrower is gone, it stands elsewhere, or whoever it is for wants none."""

    def why_not(message: Message) -> str | None:
        trial = db.session.get(Trial, message.context["trial"])
        if trial is None or trial.lead_id is None:
            return GONE
        if trial.state not in states:
            return SETTLED
        wants = {recipient.key for recipient in recipients_of_notices()}
        return None if message.context["to"] in wants else NOT_WANTED

    return why_not


NOTICES = tuple(
    Kind(name, MessageClass.INTERNAL, compose, why_not, priority=3, label=words)
    for name, compose, why_not, words in (
        ("new_trial_notice", _new, _why_not_while(TrialState.REQUESTED), _l("Önskad provperiod till oss")),
        (
            "trial_returning_notice",
            _returning,
            _why_not_while(TrialState.RETURNING),
            _l("Enhet på väg tillbaka till oss"),
        ),
        ("trial_call_notice", _call, _why_not_while(*WITH_BORROWER), _l("Den som provar vill bli uppringd")),
    )
)
