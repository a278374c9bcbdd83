"""The mail by which an owner sees that mail leaves the house."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.core.public_addresses import public_address
from app.mail.kinds import Button, Kind, MailText
from app.mail.models import Message, MessageClass
from app.mail.services import queue

GUIDE_MAIL = "guide_mail"


def send_guide_mail(user: User, now: datetime) -> None:
    """Mail a test to one of ourselves. Each call sends one."""
    key = f"{GUIDE_MAIL}:{user.id}:{now.timestamp()}"
    queue(GUIDE_MAIL, address=user.email, language=user.language, dedupe_key=key, context={}, now=now)


def _compose(_message: Message) -> MailText:
    return MailText(
        subject=_("Testmejl: det kom fram"),
        paragraphs=(
            _("Det här är mejlet som du bad om. Att du läser det betyder att mejl går ut härifrån."),
            _("Hamnade det i skräpposten? Säg till den som sköter er e-post, så att era besökare slipper leta."),
        ),
        button=Button(_("Tillbaka till Idag"), public_address("home.today")),
    )


def _is_still_wanted(_message: Message) -> None:
    return None


KINDS = (Kind(GUIDE_MAIL, MessageClass.INTERNAL, _compose, _is_still_wanted, priority=1, label=_l("Testmejl")),)
