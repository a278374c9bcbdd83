"""The letters that plans send, asked again at the moment of sending whether they are still wanted."""

from flask_babel import lazy_gettext as _l

from app.contacts.models import ConsentPurpose
from app.contacts.queries import consents_by_contact
from app.core.db import db
from app.mail.kinds import Kind, MailText
from app.mail.models import Message, MessageClass
from app.mail.placeholders import recipient_of
from app.mail.reasons import GONE
from app.mail.wording import Missing, render, why_incomplete
from app.plans.drafts import LETTER_KINDS, words_in
from app.plans.models import DraftState, PlanDraft, RunState
from app.plans.services import CANCELLED

CLOSED = "lead closed"
TAKEN_BACK = "consent taken back"


def _compose(message: Message) -> MailText:
    rendered = render(words_in(db.session.get_one(PlanDraft, message.context["draft"])), recipient_of(message))
    if isinstance(rendered, Missing):
        raise LookupError(rendered.reason)
    return MailText(rendered.subject, rendered.paragraphs)


def _why_not(message: Message) -> str | None:
    draft = db.session.get(PlanDraft, message.context["draft"])
    if draft is None:
        return GONE
    run = draft.run
    if draft.state is not DraftState.APPROVED or run.state is RunState.STOPPED:
        return CANCELLED
    if run.lead.closed_at is not None and run.lead.closed_at > run.started_at:
        return CLOSED
    if consents_by_contact([run.lead.contact_id]).get(run.lead.contact_id, {}).get(ConsentPurpose.ANSWER) is False:
        return TAKEN_BACK
    return why_incomplete(words_in(draft), recipient_of(message))


KINDS = tuple(
    Kind(LETTER_KINDS[message_class], message_class, _compose, _why_not, priority=6, label=label)
    for message_class, label in (
        (MessageClass.SERVICE, _l("Mejl från en plan")),
        (MessageClass.MARKETING, _l("Tips från en plan")),
    )
)
