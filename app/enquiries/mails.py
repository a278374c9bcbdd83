"""The mails of this room. None quotes what was written or names a person or an article: that waits behind the link."""

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.filters import phone
from app.core.public_addresses import public_address
from app.enquiries.deadlines import answer_due_at, due_words
from app.enquiries.models import Answer, Enquiry, EnquiryState, EnquiryWay
from app.enquiries.private_pages import private_address
from app.leads.models import Lead
from app.mail.kinds import Button, Kind, MailText
from app.mail.models import Message, MessageClass
from app.mail.reasons import GONE, SETTLED
from app.settings.queries import the_business

IN_QUARANTINE = "in quarantine"


def _confirmation(message: Message) -> MailText:
    enquiry = _enquiry(message)
    due = due_words(answer_due_at(enquiry.received_at))
    return MailText(
        subject=_("Tack, vi har fått din förfrågan (%(reference)s)", reference=enquiry.reference),
        paragraphs=(
            _("Hej!"),
            _("Tack för att du skrev till oss. Din förfrågan har nummer %(reference)s.", reference=enquiry.reference),
            _("Du får svar senast %(due)s.", due=due),
            _("På din egen sida kan du läsa det du skickade och lägga till något."),
        ),
        button=Button(_("Öppna din sida"), _private_address(message, enquiry.lead_id)),
        closing=(_link_words(), _stranger_words()),
    )


def _answer_notice(message: Message) -> MailText:
    written = db.session.get_one(Answer, message.context["answer"])
    return MailText(
        subject=_("Du har fått svar av oss"),
        paragraphs=(
            _("Hej!"),
            _("Vi har svarat på det du skrev till oss."),
            _("Svaret finns på din egen sida. Där kan du också skriva tillbaka."),
        ),
        button=Button(_("Läs svaret"), _private_address(message, written.lead_id)),
        closing=(_link_words(), _stranger_words()),
    )


def _new_link(message: Message) -> MailText:
    return MailText(
        subject=_("Din nya länk"),
        paragraphs=(
            _("Hej!"),
            _("Här är den nya länken som du bad om. Den öppnar din egen sida med det du har skrivit och våra svar."),
        ),
        button=Button(_("Öppna din sida"), _private_address(message, message.context["lead"])),
        closing=(_link_words(), _("Var det inte du som bad om en ny länk? Då behöver du inte göra något.")),
    )


def _new_enquiry_notice(message: Message) -> MailText:
    enquiry = _enquiry(message)
    is_reply = enquiry.way is EnquiryWay.REPLY
    subject = (
        _("En kontakt har skrivit igen (%(reference)s)", reference=enquiry.reference)
        if is_reply
        else _("Ny förfrågan (%(reference)s)", reference=enquiry.reference)
    )
    came = (
        _("Någon som du har kontakt med har skrivit igen.")
        if is_reply
        else _("En ny förfrågan har kommit in. Den har nummer %(reference)s.", reference=enquiry.reference)
    )
    due = due_words(answer_due_at(enquiry.received_at))
    return MailText(
        subject=subject,
        paragraphs=(came, _("Svara senast %(due)s.", due=due)),
        button=Button(_("Läs och svara"), _lead_address(enquiry)),
    )


def _time_to_answer(message: Message) -> MailText:
    enquiry = _enquiry(message)
    due = due_words(answer_due_at(enquiry.received_at))
    return MailText(
        subject=_("Dags att svara (%(reference)s)", reference=enquiry.reference),
        paragraphs=(
            _("Förfrågan %(reference)s väntar fortfarande på svar.", reference=enquiry.reference),
            _("Besökaren har fått veta att svaret kommer senast %(due)s.", due=due),
        ),
        button=Button(_("Läs och svara"), _lead_address(enquiry)),
    )


def _link_words() -> str:
    words: str = _("Länken gäller i 90 dagar och är bara till för dig. Skicka den inte vidare.")
    return words


def _stranger_words() -> str:
    number = phone(the_business().phone)
    words: str = (
        _("Var det inte du som skrev? Ring oss på %(phone)s, så rättar vi det.", phone=number)
        if number
        else _("Var det inte du som skrev? Svara på det här mejlet, så rättar vi det.")
    )
    return words


def _private_address(message: Message, lead_id: int | None) -> str:
    if lead_id is None:
        raise LookupError("a private page belongs to a lead")
    return private_address(lead_id, message.address, message.language, message.created_at)


def _lead_address(enquiry: Enquiry) -> str:
    return public_address("leads.detail", lead_id=enquiry.lead_id)


def _enquiry(message: Message) -> Enquiry:
    return db.session.get_one(Enquiry, message.context["enquiry"])


def _why_not_confirm(message: Message) -> str | None:
    enquiry = db.session.get(Enquiry, message.context["enquiry"])
    if enquiry is None:
        return GONE
    return IN_QUARANTINE if enquiry.lead_id is None else None


def _why_not_tell(message: Message) -> str | None:
    enquiry = db.session.get(Enquiry, message.context["enquiry"])
    if enquiry is None:
        return GONE
    return None if enquiry.state is EnquiryState.OPEN else SETTLED


def _why_no_answer(message: Message) -> str | None:
    return None if db.session.get(Answer, message.context["answer"]) else GONE


def _why_no_link(message: Message) -> str | None:
    return None if db.session.get(Lead, message.context["lead"]) else GONE


KINDS = (
    Kind(
        "enquiry_confirmation",
        MessageClass.SERVICE,
        _confirmation,
        _why_not_confirm,
        priority=2,
        label=_l("Bekräftelse på förfrågan"),
    ),
    Kind("answer_notice", MessageClass.SERVICE, _answer_notice, _why_no_answer, priority=2, label=_l("Besked om svar")),
    Kind(
        "new_link",
        MessageClass.SERVICE,
        _new_link,
        _why_no_link,
        priority=1,
        latest_after=timedelta(days=1),
        label=_l("Ny länk"),
    ),
    Kind(
        "new_enquiry_notice",
        MessageClass.INTERNAL,
        _new_enquiry_notice,
        _why_not_tell,
        priority=3,
        label=_l("Ny förfrågan till oss"),
    ),
    Kind(
        "time_to_answer",
        MessageClass.INTERNAL,
        _time_to_answer,
        _why_not_tell,
        priority=3,
        latest_after=timedelta(days=1),
        label=_l("Påminnelse om att svara"),
    ),
)
