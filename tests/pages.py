"""Every page there is, as a table: its name, its address, who opens it, on which data. Pictures and tests read it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from flask import Flask, url_for
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import Response

from app.accounts.models import LinkPurpose, Role, User
from app.accounts.services import add_user, create_link
from app.articles.models import Article
from app.consultations.hosts import Host, ImportedCalendar
from app.contacts.models import PossibleDuplicate
from app.core import links
from app.core.clock import now
from app.core.db import db, writing
from app.demo.story import fill
from app.enquiries.models import Answer, Enquiry
from app.enquiries.private_pages import LIVES, PURPOSE, private_address, read_key
from app.enquiries.public import THANKS
from app.follow_ups.models import FollowUp
from app.leads.models import Lead, LeadEvent
from app.mail.addresses import suppression_key
from app.mail.models import Message
from app.mail.models import MessageState as Sent
from app.mail.suppressions import stop_marketing
from app.mail.templates import every_template
from app.mail.unsubscribing import PURPOSE as UNSUBSCRIBE
from app.plans.queries import waiting_drafts
from app.settings.models import Business
from tests.consultations.shown import booking_facts
from tests.server import Server

OWNER = "maj@example.se"


class Who(StrEnum):
    """Who opens a page: a visitor of the business, somebody at the dashboard's door, or the owner inside."""

    VISITOR = "visitor"
    NEWCOMER = "newcomer"
    OWNER = "owner"


class Data(StrEnum):
    """What the instance holds: the demo's story, a business that has just begun, or nobody at all."""

    DEMO = "demo"
    EMPTY = "empty"
    NEW = "new"


Act = Callable[[BrowserPage], None]


@dataclass(frozen=True)
class Page:
    """One picture: an endpoint with its values, or an address as it stands. A value in braces is a fact of the data."""

    name: str
    endpoint: str
    who: Who = Who.OWNER
    on: tuple[Data, ...] = (Data.DEMO, Data.EMPTY)
    act: Act | None = None
    status: int = 200
    values: dict[str, str] = field(default_factory=dict)

    def address(self, app: Flask, facts: dict[str, Any]) -> str:
        """Where the page is found on an instance of which these facts are known."""
        if self.endpoint.startswith("/"):
            return self.endpoint
        with app.test_request_context():
            return url_for(self.endpoint, **{name: value.format(**facts) for name, value in self.values.items()})


def public(name: str, endpoint: str, *on: Data, act: Act | None = None, status: int = 200, **values: str) -> Page:
    """A page for visitors; on the demo's data when nothing else is said."""
    return Page(name, endpoint, Who.VISITOR, on or (Data.DEMO,), act, status, values)


def door(name: str, endpoint: str, on: Data, act: Act | None = None, status: int = 200, **values: str) -> Page:
    """A page that lets somebody in."""
    return Page(name, endpoint, Who.NEWCOMER, (on,), act, status, values)


def inside(name: str, endpoint: str, *on: Data, act: Act | None = None, status: int = 200, **values: str) -> Page:
    """A page behind sign-in; on the demo's data and on an empty business when nothing else is said."""
    return Page(name, endpoint, Who.OWNER, on or (Data.DEMO, Data.EMPTY), act, status, values)


def press(selector: str) -> Act:
    """Send the form of the first such button as it stands, past the browser's own checks."""

    def act(page: BrowserPage) -> None:
        button = page.locator(selector).first
        button.evaluate("button => { button.form.noValidate = true }")
        with page.expect_navigation():
            button.click()

    return act


def quiet_from(clock: str) -> Act:
    """Ask for quiet hours that never end."""

    def act(page: BrowserPage) -> None:
        page.fill("#quiet_from", clock)
        press(SUBMIT)(page)

    return act


def open_folds(page: BrowserPage) -> None:
    """Open everything that is folded in the card of consents."""
    page.locator("section[aria-labelledby=consents-title] details").evaluate_all(
        "all => all.forEach(d => d.open = true)"
    )


def add_and_save(page: BrowserPage) -> None:
    """Add a row and save it as it stands."""
    press("main button[value=add]")(page)
    press(PRIMARY)(page)


def first_free_day(page: BrowserPage) -> None:
    """Open a day with times, and then ask why its last half hour is not seen."""
    for link in (".week-day-free", "a.half-hour"):
        with page.expect_navigation():
            page.locator(link).last.click()


def choose_a_night(page: BrowserPage) -> None:
    """Ask for an hour at which nobody is open."""
    page.locator("input[value=other]").check(force=True)
    page.fill("#day", f"{now() + timedelta(days=3):%Y-%m-%d}")
    page.fill("#clock", "03:30")
    press(PRIMARY)(page)


COMPLETE = "form[action$='/complete'] button"
DAYS = "form[action*='/days#'] .btn"
PRIMARY = "main form .btn-primary"
NEW_FEED = "form[action$='/feed'] button"
SUBMIT = "main form[method=post] button:not([type=button])"
DEMO, EMPTY, NEW = Data.DEMO, Data.EMPTY, Data.NEW

PAGES = (
    public("articles", "articles.index", DEMO, EMPTY),
    public("article", "articles.show", slug="{article}"),
    public("ask", "enquiries.ask", slug="{article}"),
    public("ask-to-try", "enquiries.ask", slug="{article}", wish="try"),
    public("contact", "enquiries.contact", DEMO, EMPTY),
    public("contact-with-errors", "enquiries.contact", act=press("main form button"), status=422),
    public("thanks", "enquiries.thanks", token="{thanks}"),
    public("private", "enquiries.private", token="{private}"),
    public("private-expired", "enquiries.private", token="{expired}", status=410),
    public("new-link-sent", "enquiries.new_link_sent"),
    public("book", "consultations.book", DEMO, EMPTY),
    public("book-times", "consultations.times", slug="{talk}"),
    public("book-times-elsewhere", "consultations.times", slug="{talk}", zone="America/New_York"),
    public("book-visit", "consultations.times", slug="{visit}"),
    public("book-visit-too-far", "consultations.times", slug="{visit}", postcode="11122"),
    public("book-visit-times", "consultations.times", slug="{visit}", postcode="{postcode}"),
    public("book-details", "consultations.details", slug="{talk}", token="{talking}", start="{talk_start}"),
    public(
        "book-details-known",
        "consultations.details",
        slug="{talk}",
        token="{talking}",
        start="{talk_start}",
        known="{thanks}",
    ),
    public(
        "book-details-with-errors",
        "consultations.details",
        act=press("#details .button"),
        status=422,
        slug="{visit}",
        postcode="{postcode}",
        token="{visiting}",
        start="{visit_start}",
    ),
    public("booked", "consultations.booked", token="{booked}"),
    public("booked-new", "consultations.booked", token="{booked}", new="1"),
    public("booked-requested", "consultations.booked", token="{requested}"),
    public("booked-move", "consultations.move_booked", token="{booked}"),
    public("booked-cancel", "consultations.cancel_booked", token="{booked}"),
    public("booked-earlier", "consultations.earlier", token="{earlier}"),
    public("booking-link-over", "/booked/finns-inte", status=404),
    public("unsubscribe", "mail.unsubscribe", token="{unsubscribe}"),
    public("unsubscribed", "mail.unsubscribe", token="{unsubscribed}"),
    public("no-such-page", "/finns-inte", status=404),
    door("sign-in", "accounts.sign_in", EMPTY),
    door("sign-in-with-errors", "accounts.sign_in", EMPTY, act=press(SUBMIT), status=422),
    door("sign-in-on-a-new-instance", "accounts.sign_in", NEW),
    door("create-owner", "accounts.link", NEW, token="{owner_link}"),
    door("create-owner-with-errors", "accounts.link", NEW, act=press(SUBMIT), status=422, token="{owner_link}"),
    door("choose-password", "accounts.link", EMPTY, token="{password_link}"),
    door("sign-in-by-link", "accounts.link", EMPTY, token="{sign_in_link}"),
    door("link-is-over", "/link/finns-inte", EMPTY, status=410),
    inside("today", "home.today"),
    inside("enquiries", "enquiries.index"),
    inside("enquiries-answered", "enquiries.index", show="answered"),
    inside("enquiries-quarantine", "enquiries.index", show="quarantine"),
    inside("leads", "leads.index"),
    inside("leads-filtered", "leads.index", DEMO, stage="trial", q="a"),
    inside("leads-nothing-found", "leads.index", DEMO, q="finnsinte"),
    inside("lead", "leads.detail", DEMO, lead_id="{lead}"),
    inside("lead-answering", "leads.detail", DEMO, lead_id="{waiting_lead}", compose="answer"),
    inside("lead-calling", "leads.detail", DEMO, lead_id="{lead}", compose="call"),
    inside("lead-consents", "leads.detail", DEMO, act=open_folds, lead_id="{lead}"),
    inside("lead-with-a-step", "leads.detail", DEMO, lead_id="{lead_with_a_step}"),
    inside("lead-with-a-talk", "leads.detail", DEMO, lead_id="{lead_with_a_talk}"),
    inside("lead-resting", "leads.detail", DEMO, lead_id="{resting_lead}"),
    inside("leads-silent", "leads.index", DEMO, stale="silent"),
    inside("step-asks", "leads.detail", DEMO, act=press(COMPLETE), lead_id="{lead_with_a_step}"),
    inside("lead-add", "leads.add"),
    inside("lead-add-with-errors", "leads.add", act=press(SUBMIT), status=422),
    inside("calendar", "consultations.calendar"),
    inside("calendar-week", "consultations.calendar", DEMO, view="week"),
    inside("calendar-day", "consultations.calendar", DEMO, view="day"),
    inside("calendar-list", "consultations.calendar", DEMO, view="list"),
    inside("consultation-for-whom", "consultations.choose_lead"),
    inside("consultation-add", "consultations.add", DEMO, lead_id="{lead_with_a_talk}"),
    inside(
        "consultation-add-at-night",
        "consultations.add",
        DEMO,
        act=choose_a_night,
        status=422,
        lead_id="{lead_with_a_talk}",
    ),
    inside("consultation", "consultations.detail", DEMO, consultation_id="{consultation}"),
    inside("consultation-requested", "consultations.detail", DEMO, consultation_id="{requested_consultation}"),
    inside("consultation-untold", "consultations.detail", DEMO, consultation_id="{untold_consultation}"),
    inside(
        "consultation-untold-with-errors",
        "consultations.detail",
        DEMO,
        act=press(".outcome-form .btn"),
        status=422,
        consultation_id="{untold_consultation}",
    ),
    inside("consultation-cancelled", "consultations.detail", DEMO, consultation_id="{cancelled_consultation}"),
    inside("consultation-move", "consultations.move", DEMO, consultation_id="{consultation}"),
    inside("contacts", "contacts.index"),
    inside("contact-details", "contacts.detail", DEMO, contact_id="{contact}"),
    inside("contact-doubted", "contacts.detail", DEMO, contact_id="{doubted}"),
    inside("contact-edit", "contacts.edit", DEMO, contact_id="{contact}"),
    inside("plans", "plans.index"),
    inside("plan", "plans.detail", DEMO, plan_id="{plan}"),
    inside("plan-off", "plans.detail", EMPTY, plan_id="1"),
    inside("plan-edit", "plans.edit", DEMO, plan_id="{plan}"),
    inside("plan-add", "plans.add", EMPTY),
    inside("plan-add-with-errors", "plans.add", EMPTY, act=press(PRIMARY), status=422),
    inside("plan-start-for-many", "plans.choose", DEMO, plan_id="{plan}"),
    inside("plan-drafts", "plans.drafts"),
    inside("plan-draft", "plans.draft", DEMO, draft_id="{draft}"),
    inside("lead-with-plan", "leads.detail", DEMO, lead_id="{planned_lead}"),
    inside("kinds", "consultations.kinds"),
    inside("kind-add", "consultations.add_kind", EMPTY),
    inside("kind-add-with-errors", "consultations.add_kind", EMPTY, act=press(PRIMARY), status=422),
    inside("kind-edit", "consultations.edit_kind", EMPTY, kind_id="3"),
    inside("travel", "consultations.travel"),
    inside("travel-with-errors", "consultations.travel", EMPTY, act=add_and_save, status=422),
    inside("hours", "consultations.hours"),
    inside("hours-of-a-day", "consultations.hours_of_host", DEMO, act=first_free_day, host_id="{host}"),
    inside("hours-with-errors", "consultations.hours_of_host", DEMO, act=press(DAYS), status=422, host_id="{host}"),
    inside("close-summer", "consultations.close_days", DEMO, host_id="{host}", what="summer"),
    inside("close-eves", "consultations.close_days", DEMO, host_id="{host}", what="eves"),
    inside("mail", "mail.index"),
    inside("mail-planned", "mail.index", show="planned"),
    inside("mail-missed", "mail.index", EMPTY, show="missed"),
    inside("mail-stopped", "mail.index", DEMO, show="stopped", kind="enquiry_confirmation"),
    inside("mail-message", "mail.show", DEMO, message_id="{message}"),
    inside("templates", "mail.all_templates"),
    inside("template", "mail.template", DEMO, template_id="{template}"),
    inside("template-for-a-lead", "mail.template", DEMO, template_id="{template}", lead="{lead}"),
    inside("template-looking-for-a-lead", "mail.template", DEMO, template_id="{template}", q="a"),
    inside("template-add", "mail.add_template", EMPTY),
    inside("template-add-with-errors", "mail.add_template", EMPTY, act=press(SUBMIT), status=422),
    inside("template-edit", "mail.edit_template", DEMO, template_id="{template}"),
    inside("articles-manage", "articles.manage"),
    inside("articles-add", "articles.add"),
    inside("articles-add-with-errors", "articles.add", EMPTY, act=press(SUBMIT), status=422),
    inside("articles-add-external", "articles.add_external"),
    inside("article-details", "articles.detail", DEMO, article_id="{article_id}"),
    inside("article-edit", "articles.edit", DEMO, article_id="{article_id}"),
    inside("calendars", "consultations.calendars", DEMO, host_id="{host}"),
    inside("calendars-new-address", "consultations.calendars", DEMO, act=press(NEW_FEED), host_id="{host}"),
    inside("calendar-add", "consultations.add_calendar", DEMO, host_id="{host}"),
    inside(
        "calendar-add-with-errors", "consultations.add_calendar", DEMO, act=press(SUBMIT), status=422, host_id="{host}"
    ),
    inside("settings", "settings.business"),
    inside("users", "accounts.users"),
    inside("user-add", "accounts.add_user"),
    inside("profile", "accounts.profile"),
    inside("notices", "accounts.notices", EMPTY),
    inside("notices-with-errors", "accounts.notices", EMPTY, act=quiet_from("22:00"), status=422),
    inside("change-password", "accounts.change_password"),
    inside("no-such-page-inside", "/leads/999999", status=404),
)


def pages_on(data: Data) -> list[Page]:
    """The pages of the table that this data has."""
    return [page for page in PAGES if data in page.on]


@dataclass
class Instance:
    """A server with its data in place, and what is known of it."""

    data: Data
    server: Server = field(init=False)
    facts: dict[str, Any] = field(init=False)

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Prepared, filled and answering, for the length of the block."""
        with tempfile.TemporaryDirectory(prefix="ledtrad-pages-") as folder:
            self.server = Server(Path(folder) / "instance")
            self.server.prepare()
            try:
                with self.server.app.app_context():
                    self.facts = _FILL[self.data]()
                self.server.start()
                if self.data is Data.NEW:
                    self.facts["owner_link"] = self.server.one_time_link().rpartition("/")[2]
                yield self
            finally:
                self.server.close()

    @property
    def owner(self) -> str:
        """The address of who may see everything; empty where there is nobody."""
        return str(self.facts.get("owner", ""))

    def cookie(self) -> Any:
        """What makes a browser the owner's."""
        name, _, value = self.server.cookie_of(self.owner).partition("=")
        return {"name": name, "value": value, "url": self.server.url}

    def speak(self, language: str) -> None:
        """Give every user this language."""
        with self.server.app.app_context(), writing() as session:
            session.execute(sa.update(User).values(language=language))

    def show(self, tab: BrowserPage, page: Page) -> None:
        """Open a page of the table and do what it says; AssertionError when its status is another."""
        answers: list[Response] = []
        tab.on("response", lambda answer: answers.append(answer) if answer.request.is_navigation_request() else None)
        tab.goto(page.address(self.server.app, self.facts), wait_until="load")
        if page.act:
            page.act(tab)
        assert answers[-1].status == page.status, f"{answers[-1].url} gave {answers[-1].status}, not {page.status}"


def _just_begun() -> dict[str, Any]:
    with writing() as session:
        session.execute(sa.update(Business).values(name="Stilla & Stark", person="Maj Ek", email=OWNER))
        maj = add_user(OWNER, "Maj Ek", Role.OWNER, now())
        sixten = add_user("sixten@example.se", "Sixten Alm", Role.STAFF, now())
        soon = timedelta(hours=1)
        return {
            "owner": OWNER,
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
        "article": article.slug,
        "article_id": article.id,
        "thanks": links.sign(THANKS, waiting.reference, now + LIVES),
        "private": private,
        "expired": links.sign(PURPOSE, [key.lead_id, key.mailbox], now - timedelta(days=1)),
        **booking_facts(now),
        "host": db.session.scalars(sa.select(Host.id).order_by(Host.id)).first(),
        "unsubscribe": _unsubscribe_token("ja@example.se", now),
        "unsubscribed": _unsubscribe_token("nej@example.se", now),
        "lead": db.session.scalars(busiest).first(),
        "waiting_lead": waiting.lead_id,
        "lead_with_a_step": db.session.scalars(_with_one_step()).first(),
        "resting_lead": db.session.scalars(sa.select(Lead.id).where(Lead.rests_until_on.is_not(None))).first(),
        "contact": waiting.lead.contact_id,
        "doubted": db.session.scalars(sa.select(PossibleDuplicate.contact_id)).first(),
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
    query = sa.select(Lead.id).where(Lead.id.in_(open_steps.having(sa.func.count() == 1)), Lead.id.in_(to_do))
    return query.order_by(Lead.next_step_at, Lead.id)


def _latest_enquiry() -> sa.Select[tuple[Enquiry]]:
    return sa.select(Enquiry).order_by(Enquiry.received_at.desc(), Enquiry.id.desc())


_FILL: dict[Data, Callable[[], dict[str, Any]]] = {Data.DEMO: _demo, Data.EMPTY: _just_begun, Data.NEW: dict}
