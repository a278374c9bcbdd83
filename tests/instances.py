"""Servers with their data in place: the demo's story, a business that has just begun, or nobody at all."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import Response

from app.accounts.models import LinkPurpose, Role, User
from app.accounts.services import add_user, create_link, create_owner_link
from app.articles.models import Article
from app.consultations.hosts import Host, ImportedCalendar
from app.contacts.merges import ContactMerge
from app.contacts.models import PossibleDuplicate
from app.contacts.tags import Tag
from app.core import links
from app.core.clock import now
from app.core.db import db, writing
from app.demo.story import fill
from app.enquiries.models import Answer, Enquiry
from app.enquiries.private_pages import LIVES, PURPOSE, private_address, read_key
from app.enquiries.public import THANKS
from app.enquiries.splits import EnquirySplit
from app.follow_ups.models import FollowUp
from app.leads.models import Lead, LeadEvent
from app.leads.own_stages import every_stage, first_stage
from app.leads.stages import Stage
from app.lists.models import SavedView
from app.mail.addresses import suppression_key
from app.mail.models import Message
from app.mail.models import MessageState as Sent
from app.mail.suppressions import stop_marketing
from app.mail.templates import every_template
from app.mail.unsubscribing import PURPOSE as UNSUBSCRIBE
from app.plans.queries import waiting_drafts
from app.settings.models import Business
from app.trials.models import Trial
from tests.consultations.shown import booking_facts
from tests.lists.shown import change_facts
from tests.pages import Data, Page
from tests.server import Server
from tests.trials.shown import trial_facts

OWNER = "maj@example.se"


@dataclass
class Instance:
    """A server with its data in place, and what is known of it."""

    data: Data
    server: Server = field(init=False)
    facts: dict[str, Any] = field(init=False)

    @contextmanager
    def filled(self) -> Iterator[Self]:
        """Prepared and filled, for the length of the block. Nobody answers yet."""
        with tempfile.TemporaryDirectory(prefix="ledtrad-pages-") as folder:
            self.server = Server(Path(folder) / "instance")
            self.server.prepare()
            try:
                with self.server.app.app_context():
                    self.facts = _FILL[self.data]()
                yield self
            finally:
                self.server.close()

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Filled and answering, for the length of the block."""
        with self.filled():
            self.server.start()
            if self.data is Data.NEW:  # a server without users makes a link as it starts, and ends the one before
                self.facts["owner_link"] = self.server.one_time_link().rpartition("/")[2]
            yield self

    @property
    def owner(self) -> str:
        """The address of who may see everything; empty where there is nobody."""
        return str(self.facts.get("owner", ""))

    def cookie(self) -> Any:
        """What makes a browser the owner's."""
        return self.server.cookie_in_browser(self.owner)

    def speak(self, language: str) -> None:
        """Give every user this language."""
        with self.server.app.app_context(), writing() as session:
            session.execute(sa.update(User).values(language=language))

    def show(self, tab: BrowserPage, page: Page) -> bytes:
        """Open a page of the table and do what it says; its HTML as it was served.

        AssertionError when its status is another.
        """
        answers: list[Response] = []
        tab.on("response", lambda answer: answers.append(answer) if answer.request.is_navigation_request() else None)
        tab.goto(page.address(self.server.app, self.facts), wait_until="load")
        if page.act:
            page.act(tab)
        assert answers[-1].status == page.status, f"{answers[-1].url} gave {answers[-1].status}, not {page.status}"
        return answers[-1].body()


def _nobody() -> dict[str, Any]:
    with writing():
        return {"owner_link": create_owner_link(now())}


def _just_begun() -> dict[str, Any]:
    with writing() as session:
        session.execute(sa.update(Business).values(name="Stilla & Stark", person="Maj Ek", email=OWNER))
        maj = add_user(OWNER, "Maj Ek", Role.OWNER, now())
        sixten = add_user("sixten@example.se", "Sixten Alm", Role.STAFF, now())
        soon = timedelta(hours=1)
        return {
            "owner": OWNER,
            "staff": sixten.id,
            "password_link": create_link(LinkPurpose.CHOOSE_PASSWORD, sixten, now(), soon),
            "sign_in_link": create_link(LinkPurpose.SIGN_IN, maj, now(), soon),
        }


def _demo() -> dict[str, Any]:
    fill(now())
    with writing():
        stop_marketing(suppression_key("nej@example.se"), now())
        _keep_calendars_elsewhere(db.session.scalars(sa.select(Host).order_by(Host.id)).first())
    return _facts(now())


def _facts(now: datetime) -> dict[str, Any]:
    article = db.session.scalars(sa.select(Article).where(Article.is_published, Article.body_html != "")).first()
    answer = db.session.scalars(sa.select(Answer).where(Answer.email.is_not(None)).order_by(Answer.id.desc())).first()
    waiting = db.session.scalars(_latest_enquiry().where(Enquiry.state == "open")).first()
    if article is None or answer is None or waiting is None or waiting.lead is None:
        raise LookupError("the demo's story lacks an article, an answer or a waiting enquiry")
    waiting_draft = waiting_drafts(limit=1)[0]
    busiest = (
        sa.select(LeadEvent.lead_id).group_by(LeadEvent.lead_id).order_by(sa.func.count().desc(), LeadEvent.lead_id)
    )
    private = private_address(answer.lead_id, answer.email or "", "sv", now).partition("/p/")[2].partition("?")[0]
    key = read_key(private, now)
    return {
        "owner": db.session.scalars(sa.select(User.email_key).where(User.role == Role.OWNER)).one(),
        "staff": db.session.scalars(sa.select(User.id).where(User.role == Role.STAFF).order_by(User.id)).first(),
        "article": article.slug,
        "article_id": article.id,
        "thanks": links.sign(THANKS, waiting.reference, now + LIVES),
        "private": private,
        "expired": links.sign(PURPOSE, [key.lead_id, key.mailbox], now - timedelta(days=1)),
        **booking_facts(now),
        **trial_facts(now),
        **change_facts(now),
        "host": db.session.scalars(sa.select(Host.id).order_by(Host.id)).first(),
        "unsubscribe": _unsubscribe_token("ja@example.se", now),
        "unsubscribed": _unsubscribe_token("nej@example.se", now),
        "lead": db.session.scalars(busiest).first(),
        "lost_stage": first_stage(Stage.LOST).id,
        "offer_stage": next(own.id for own in every_stage() if not own.is_first),
        "lead_with_an_offer": db.session.scalars(sa.select(Lead.id).where(Lead.added_stage_id.is_not(None))).first(),
        "ended_lead": db.session.scalars(sa.select(Lead.id).where(Lead.closed_at.is_not(None))).first(),
        "waiting_lead": waiting.lead_id,
        "lead_with_a_step": db.session.scalars(_with_one_step()).first(),
        "resting_lead": db.session.scalars(sa.select(Lead.id).where(Lead.rests_until_on.is_not(None))).first(),
        "contact": waiting.lead.contact_id,
        "view": db.session.scalars(sa.select(SavedView.id)).first(),
        "tag": db.session.scalars(sa.select(Tag.id)).first(),
        "doubted": db.session.scalars(sa.select(PossibleDuplicate.contact_id).order_by(PossibleDuplicate.id)).first(),
        "doubt": db.session.scalars(sa.select(PossibleDuplicate.other_id).order_by(PossibleDuplicate.id)).first(),
        "merge": db.session.scalars(sa.select(ContactMerge.id)).first(),
        "misplaced": db.session.scalars(sa.select(Enquiry.id).where(Enquiry.name == "Ingrid Sund")).one(),
        "split": db.session.scalars(sa.select(EnquirySplit.id)).first(),
        "template": every_template()[0].id,
        "plan": waiting_draft.run.plan_id,
        "draft": waiting_draft.id,
        "planned_lead": waiting_draft.run.lead_id,
        "message": db.session.scalars(sa.select(Message.id).where(Message.state == Sent.SENT)).first(),
    }


def _keep_calendars_elsewhere(host: Host) -> None:
    """One that is read, one whose server said no a moment ago, and one that has not answered since yesterday."""
    for name, hours, failure in (("Jobbet", 0.1, None), ("Familjen", 1, "too_slow"), ("Stallet", 20, "refused")):
        db.session.add(
            ImportedCalendar(
                host=host,
                name=name,
                address=f"https://calendar.example.com/{name}.ics",
                failure=failure,
                tried_at=now(),
                fetched_at=now() - timedelta(hours=hours),
            )
        )


def _unsubscribe_token(address: str, now: datetime) -> str:
    """As in a mail that is gone by now."""
    return links.sign(UNSUBSCRIBE, [0, suppression_key(address)], now + LIVES)


def _with_one_step() -> sa.Select[tuple[int]]:
    """Leads whose one open step is something to do, the most late first."""
    open_steps = sa.select(FollowUp.lead_id).where(FollowUp.state == "open").group_by(FollowUp.lead_id)
    to_do = sa.select(FollowUp.lead_id).where(FollowUp.state == "open", FollowUp.kind != "answer")
    lent = sa.select(Trial.lead_id).where(Trial.settled_at.is_(None), Trial.lead_id.is_not(None))
    query = sa.select(Lead.id).where(Lead.id.in_(open_steps.having(sa.func.count() == 1)), Lead.id.in_(to_do))
    query = query.where(Lead.id.not_in(lent))
    return query.order_by(Lead.next_step_at, Lead.id)


def _latest_enquiry() -> sa.Select[tuple[Enquiry]]:
    return sa.select(Enquiry).order_by(Enquiry.received_at.desc(), Enquiry.id.desc())


_FILL: dict[Data, Callable[[], dict[str, Any]]] = {Data.DEMO: _demo, Data.EMPTY: _just_begun, Data.NEW: _nobody}
