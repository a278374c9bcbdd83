"""The first-run guide: six steps to the first answer. Each knows from the data whether it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from flask import current_app

from app.accounts.models import User
from app.articles.models import Article
from app.consultations.hosts import Host, OpeningHours
from app.consultations.kinds import ConsultationKind, host_kind
from app.contacts.models import Contact
from app.core.statements import Statement
from app.enquiries.models import Enquiry
from app.home.guide_mail import GUIDE_MAIL
from app.leads.models import Lead
from app.mail.models import Message, MessageState
from app.settings.models import Business
from app.trials.units import DeviceUnit


class GuideStep(StrEnum):
    """The steps, in the order that they are taken."""

    BUSINESS = "business"
    MAIL = "mail"
    ARTICLE = "article"
    BOOKING = "booking"
    UNITS = "units"
    ENQUIRY = "enquiry"


@dataclass(frozen=True, slots=True)
class OwnEnquiry:
    """What one of ourselves has sent through a public form."""

    lead_id: int
    contact_id: int


@dataclass(frozen=True, slots=True)
class Guide:
    """How far the house has come."""

    done: frozenset[GuideStep]
    sends_mail: bool
    """Whether mail leaves this machine at all."""
    has_sent: bool
    """Whether the mail to try has been asked for."""
    has_kinds: bool
    """Whether something can be booked, though perhaps at no hours yet."""
    slug: str | None
    """The article whose form is to be tried."""
    test: OwnEnquiry | None

    @property
    def steps(self) -> Sequence[GuideStep]:
        """All steps, done or not."""
        return list(GuideStep)

    @property
    def next(self) -> GuideStep | None:
        """The first that is not done and can be: no mail leaves before whoever runs the server has seen to it."""
        return next((step for step in GuideStep if step not in self.done and self._is_open(step)), None)

    @property
    def is_over(self) -> bool:
        """Whether every step is done."""
        return len(self.done) == len(GuideStep)

    def _is_open(self, step: GuideStep) -> bool:
        return self.sends_mail or step is not GuideStep.MAIL


def _any(*conditions: sa.ColumnExpressionArgument[bool]) -> sa.ScalarSelect[bool]:
    return sa.select(sa.exists().where(*conditions)).scalar_subquery()


_IS_GUIDE_MAIL = Message.kind == GUIDE_MAIL
_IS_OURS = Contact.email_key.in_(sa.select(User.email_key))
_IS_HELD = sa.and_(host_kind.c.kind_id == ConsultationKind.id, host_kind.c.host_id == Host.id, Host.is_active)
_tested = (
    sa.select(Lead.id)
    .join(Contact, Lead.contact_id == Contact.id)
    .join(Enquiry, Enquiry.lead_id == Lead.id)
    .where(_IS_OURS)
    .order_by(Enquiry.id.desc())
    .limit(1)
)
_slug = (
    sa.select(Article.slug).where(Article.is_published, Article.body_html != "").order_by(Article.id.desc()).limit(1)
)
_KNOWN = Statement(
    sa.select(
        _any(_IS_GUIDE_MAIL, Message.state == MessageState.SENT),
        _any(_IS_GUIDE_MAIL),
        _any(Article.id.is_not(None)),
        _any(ConsultationKind.is_published),
        _any(ConsultationKind.is_published, _IS_HELD, OpeningHours.host_id == Host.id),
        _any(DeviceUnit.id.is_not(None)),
        _slug.scalar_subquery(),
        _tested.scalar_subquery(),
        sa.select(Lead.contact_id).where(Lead.id == _tested.scalar_subquery()).scalar_subquery(),
    )
)


def guide_of(business: Business) -> Guide:
    """How far the house has come; one statement. It looks through all mail, and is asked only until the end."""
    is_sent, has_sent, has_articles, has_kinds, has_hours, has_units, slug, lead_id, contact_id = _KNOWN.run({})[0]
    sends_mail = current_app.config["MAIL_TRANSPORT"] == "smtp"
    is_done = {
        GuideStep.BUSINESS: business.is_described,
        GuideStep.MAIL: sends_mail and is_sent,
        GuideStep.ARTICLE: has_articles,
        GuideStep.BOOKING: has_hours,
        GuideStep.UNITS: has_units or business.lends_nothing,
        GuideStep.ENQUIRY: lead_id is not None or business.form_tried_at is not None,
    }
    return Guide(
        done=frozenset(step for step, done in is_done.items() if done),
        sends_mail=sends_mail,
        has_sent=bool(has_sent),
        has_kinds=bool(has_kinds),
        slug=slug,
        test=None if lead_id is None else OwnEnquiry(lead_id, contact_id),
    )
