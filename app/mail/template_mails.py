"""The mail by which a template is tried on oneself: with examples, so that it tells of nobody."""

from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.mail.kinds import Kind, MailText
from app.mail.models import MailTemplateVersion, Message, MessageClass
from app.mail.reasons import GONE
from app.mail.wording import render_example, words_of


def _compose(message: Message) -> MailText:
    version = db.session.get_one(MailTemplateVersion, message.context["version"])
    rendered = render_example(words_of(version, message.language), message.language)
    return MailText(rendered.subject, rendered.paragraphs)


def _why_not(message: Message) -> str | None:
    return None if db.session.get(MailTemplateVersion, message.context["version"]) else GONE


KINDS = (Kind("template_test", MessageClass.INTERNAL, _compose, _why_not, priority=1, label=_l("Test av en mall")),)
