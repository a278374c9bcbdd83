"""Every page there is, as a table: its name, its address, who opens it, on which data. Pictures and tests read it."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask import Flask, url_for

from app.contacts.columns import ContactColumn
from app.leads.columns import LeadColumn
from tests.acts import (
    COMPLETE,
    DANGER,
    DAYS,
    NEW_FEED,
    PRIMARY,
    SUBMIT,
    UNITS,
    WRONG_UNITS,
    Act,
    add_and_save,
    choose_a_night,
    first_free_day,
    open_folds,
    open_panel,
    press,
    preview,
    quiet_from,
    tick_rows,
    untick_and_press,
)


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


ALL_OF_A_LEAD = ",".join(LeadColumn)
ALL_OF_A_CONTACT = ",".join(ContactColumn)
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
    public("try", "trials.choose", DEMO, EMPTY),
    public("try-ask", "trials.ask", slug="for-manniskor"),
    public("try-ask-with-errors", "trials.ask", act=press("main form button"), status=422, slug="for-hastar"),
    public("trial-to-agree", "trials.borrowed", token="{agreeing}"),
    public("trial-agreement-to-read", "trials.agreement", token="{agreeing}"),
    public("trial-agreed", "trials.borrowed", token="{agreed}"),
    public("trial-under-way", "trials.borrowed", token="{borrowing}"),
    public("trial-ending", "trials.borrowed", token="{ending}"),
    public("trial-sent-back", "trials.returned", token="{borrowing}"),
    public("trial-check-in", "trials.check_in", token="{borrowing}"),
    public("trial-check-ins-stopped", "trials.withdraw_check_ins", token="{borrowing}"),
    public("trial-link-over", "/trial/finns-inte", status=404),
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
    inside("today-mine", "home.today", DEMO, whose="mine"),
    inside("guide", "home.guide"),
    inside("enquiries", "enquiries.index"),
    inside("enquiries-answered", "enquiries.index", show="answered"),
    inside("enquiries-quarantine", "enquiries.index", show="quarantine"),
    inside("leads", "leads.index"),
    inside("leads-filtered", "leads.index", DEMO, stage="trial", q="a"),
    inside("board", "leads.board"),
    inside("board-filtered", "leads.board", DEMO, stale="unworked"),
    inside("board-nothing-found", "leads.board", DEMO, q="finnsinte"),
    inside("board-column", "leads.board_column", DEMO, stage_id="1"),
    inside("board-choose-stage", "leads.choose_stage", DEMO, lead_id="{lead}"),
    inside("leads-nothing-found", "leads.index", DEMO, q="finnsinte"),
    inside("leads-filters", "leads.index", DEMO, act=open_panel(".list-filters"), stage="open", subject="horse"),
    inside("leads-columns", "leads.index", DEMO, panel="columns", cols="name,stage,value,days,tags,source,phone"),
    inside("leads-view", "leads.index", DEMO, act=open_panel(".view-menu"), subject="horse"),
    inside("leads-all-columns", "leads.index", DEMO, cols=ALL_OF_A_LEAD, sort="-value"),
    inside("view-add-with-errors", "lists.add_view", EMPTY, act=press(PRIMARY), status=422, list_of="leads"),
    inside("view-edit", "lists.edit_view", DEMO, view_id="{view}"),
    inside("tags", "lists.tags"),
    inside("tag", "lists.tag", DEMO, tag_id="{tag}"),
    inside("lead", "leads.detail", DEMO, lead_id="{lead}"),
    inside("lead-answering", "leads.detail", DEMO, lead_id="{waiting_lead}", compose="answer"),
    inside("lead-calling", "leads.detail", DEMO, lead_id="{lead}", compose="call"),
    inside("lead-consents", "leads.detail", DEMO, act=open_folds, lead_id="{lead}"),
    inside("lead-with-a-step", "leads.detail", DEMO, lead_id="{lead_with_a_step}"),
    inside("lead-with-a-talk", "leads.detail", DEMO, lead_id="{lead_with_a_talk}"),
    inside("lead-resting", "leads.detail", DEMO, lead_id="{resting_lead}"),
    inside("lead-move", "leads.move", DEMO, lead_id="{lead}", to="{lost_stage}"),
    inside(
        "lead-move-with-errors",
        "leads.move",
        DEMO,
        act=press("main .move-lead .btn-primary"),
        status=422,
        lead_id="{lead}",
        to="{lost_stage}",
    ),
    inside("leads-silent", "leads.index", DEMO, stale="silent"),
    inside("step-asks", "leads.detail", DEMO, act=press(COMPLETE), lead_id="{lead_with_a_step}"),
    inside("lead-add", "leads.add"),
    inside("lead-add-with-errors", "leads.add", act=press(SUBMIT), status=422),
    inside("calendar", "consultations.calendar"),
    inside("units-calendar", "trials.calendar"),
    inside("trial-for-whom", "trials.choose_lead"),
    inside("trial-add", "trials.add", DEMO, lead_id="{lead}"),
    inside("trial-change-days", "trials.change_days", DEMO, trial_id="{reserved_trial}"),
    inside("trial-change-unit", "trials.change_unit", DEMO, trial_id="{reserved_trial}"),
    inside("trial-decide", "trials.decide", DEMO, trial_id="{decision_trial}"),
    inside("trial-buy", "trials.buy_this", DEMO, trial_id="{decision_trial}"),
    inside(
        "trial-not-buy-with-errors", "trials.not_buy", DEMO, act=press(PRIMARY), status=422, trial_id="{checked_trial}"
    ),
    inside("trial-lose", "trials.lose", DEMO, trial_id="{decision_trial}"),
    inside("trial-cancel", "trials.cancel", DEMO, trial_id="{reserved_trial}"),
    inside("trial-decline", "trials.decline", DEMO, trial_id="{suitable_trial}"),
    inside("trials", "trials.index"),
    inside("trials-late", "trials.index", DEMO, show="overdue"),
    inside("trials-ended", "trials.index", DEMO, show="ended"),
    inside("trial-requested", "trials.detail", DEMO, trial_id="{requested_trial}"),
    inside("trial-suspect", "trials.detail", DEMO, trial_id="{suspect_trial}"),
    inside("trial-suitable", "trials.detail", DEMO, trial_id="{suitable_trial}"),
    inside("trial-agreed-to", "trials.detail", DEMO, trial_id="{agreed_trial}"),
    inside("trial", "trials.detail", DEMO, trial_id="{out_trial}"),
    inside("trial-late", "trials.detail", DEMO, trial_id="{late_trial}"),
    inside("trial-received", "trials.detail", DEMO, trial_id="{received_trial}"),
    inside("trial-checked", "trials.detail", DEMO, trial_id="{checked_trial}"),
    inside("trial-bought", "trials.detail", DEMO, trial_id="{bought_trial}"),
    inside("trial-unit-lost", "trials.detail", DEMO, trial_id="{lost_trial}"),
    inside("lead-with-a-trial", "leads.detail", DEMO, lead_id="{lead_with_a_trial}"),
    inside("trial-reserve", "trials.reserve", DEMO, trial_id="{suitable_trial}"),
    inside("trial-hand-over", "trials.hand_over", DEMO, trial_id="{agreed_trial}"),
    inside("trial-agree-on-paper", "trials.agree_on_paper", DEMO, trial_id="{reserved_trial}"),
    inside("trial-extend", "trials.extend", DEMO, trial_id="{out_trial}"),
    inside("trial-extend-with-errors", "trials.extend", DEMO, act=press(PRIMARY), status=422, trial_id="{out_trial}"),
    inside("trial-last-day", "trials.move_end", DEMO, trial_id="{out_trial}"),
    inside("trial-take-back", "trials.take_back", DEMO, trial_id="{returning_trial}"),
    inside("trial-check", "trials.check", DEMO, trial_id="{received_trial}"),
    inside("trial-buy-new", "trials.buy_new", DEMO, trial_id="{checked_trial}"),
    inside("trial-not-buy", "trials.not_buy", DEMO, trial_id="{checked_trial}"),
    inside("trial-money", "trials.money", DEMO, trial_id="{out_trial}"),
    inside("trial-photos", "trials.photos", DEMO, trial_id="{out_trial}"),
    inside("trial-protocol", "trials.protocol", DEMO, trial_id="{checked_trial}"),
    inside("unit-out", "trials.unit", DEMO, serial="{unit}"),
    inside("unit-at-service", "trials.unit", DEMO, serial="{unit_at_service}"),
    inside("unit-sold", "trials.unit", DEMO, serial="{sold_unit}"),
    inside("unit-edit", "trials.edit_unit", DEMO, serial="{free_unit}"),
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
    inside(
        "consultation-add-far-away",
        "consultations.add",
        DEMO,
        lead_id="{lead_with_a_talk}",
        kind="{visit_kind}",
        postcode="11122",
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
    inside(
        "consultation-move-to-another",
        "consultations.move",
        DEMO,
        consultation_id="{consultation}",
        host="{other_host}",
    ),
    inside("search", "home.search", DEMO, q="an"),
    inside("search-for-a-unit", "home.search", DEMO, q="bm"),
    inside("search-nothing-found", "home.search", q="finnsinte"),
    inside("search-commands", "home.search", EMPTY),
    inside("rest-by-command", "home.rest", DEMO, lead_id="{waiting_lead}", until="2030-03-01"),
    inside("contact-add", "contacts.add", EMPTY),
    inside("contact-add-with-errors", "contacts.add", EMPTY, act=press(PRIMARY), status=422),
    inside("contacts", "contacts.index"),
    inside("contacts-columns", "contacts.index", DEMO, cols=ALL_OF_A_CONTACT),
    inside("contacts-filters", "contacts.index", act=open_panel(".list-filters"), leads="open"),
    inside("contact-details", "contacts.detail", DEMO, contact_id="{contact}"),
    inside("contact-doubted", "contacts.detail", DEMO, contact_id="{doubted}"),
    inside("duplicates", "contacts.duplicates"),
    inside("contact-merge", "contacts.merge", DEMO, contact_id="{doubted}", other_id="{doubt}"),
    inside("merges", "contacts.merges"),
    inside("merge-undo", "contacts.merged", DEMO, merge_id="{merge}"),
    inside("contact-edit", "contacts.edit", DEMO, contact_id="{contact}"),
    inside("contact-erase", "contacts.erase", DEMO, contact_id="{contact}"),
    inside("bulk-chosen", "leads.index", DEMO, act=tick_rows),
    inside("bulk-chosen-contacts", "contacts.index", DEMO, act=tick_rows),
    inside("bulk-ask-owner", "lists.change", DEMO, change_id="{ask_owner}"),
    inside("bulk-ask-owner-with-errors", "lists.change", DEMO, act=press(PRIMARY), status=422, change_id="{ask_owner}"),
    inside("bulk-ask-stage", "lists.change", DEMO, change_id="{ask_stage}"),
    inside("bulk-ask-tag", "lists.change", DEMO, change_id="{ask_tag}"),
    inside("bulk-ask-untag", "lists.change", DEMO, change_id="{ask_untag}"),
    inside("bulk-ask-plan", "lists.change", DEMO, change_id="{ask_plan}"),
    inside("bulk-ask-next-step", "lists.change", DEMO, change_id="{ask_next_step}"),
    inside("bulk-owner", "lists.change", DEMO, change_id="{bulk_owner}"),
    inside("bulk-stage", "lists.change", DEMO, change_id="{bulk_stage}"),
    inside("bulk-stage-again", "lists.change", DEMO, change_id="{bulk_stage}", change="1"),
    inside("bulk-plan", "lists.change", DEMO, change_id="{bulk_plan}"),
    inside("bulk-next-step", "lists.change", DEMO, change_id="{bulk_next_step}"),
    inside("bulk-tag", "lists.change", DEMO, change_id="{bulk_tag}"),
    inside("bulk-erase", "lists.change", DEMO, change_id="{bulk_erase}"),
    inside("bulk-erase-with-errors", "lists.change", DEMO, act=press(DANGER), status=422, change_id="{bulk_erase}"),
    inside("bulk-done", "lists.change", DEMO, change_id="{bulk_done}"),
    inside("bulk-changes", "lists.changes"),
    inside("export-leads", "lists.export", list_of="leads"),
    inside("export-contacts-with-errors", "lists.export", DEMO, act=untick_and_press, status=422, list_of="contacts"),
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
    inside("trial-agreement", "trials.agreement_text", EMPTY),
    inside("trial-questions", "trials.questions", EMPTY),
    inside("trial-questions-with-errors", "trials.questions", EMPTY, act=add_and_save, status=422),
    inside("scales", "trials.scales", EMPTY),
    inside("scales-with-errors", "trials.scales", EMPTY, act=add_and_save, status=422),
    inside("models", "trials.models"),
    inside("model-add", "trials.add_model", EMPTY),
    inside("model-add-with-errors", "trials.add_model", EMPTY, act=press(PRIMARY), status=422),
    inside("model-edit", "trials.edit_model", EMPTY, model_id="1"),
    inside("units", "trials.units"),
    inside("unit-add", "trials.add_unit", EMPTY),
    inside("unit-add-with-errors", "trials.add_unit", EMPTY, act=press(PRIMARY), status=422),
    inside("units-import", "trials.import_list", EMPTY),
    inside("units-import-preview", "trials.import_list", EMPTY, act=preview(UNITS)),
    inside("units-import-with-errors", "trials.import_list", EMPTY, act=preview(WRONG_UNITS), status=422),
    inside("unit-labels", "trials.unit_labels"),
    inside("unit-label", "trials.unit_label", DEMO, serial="{free_unit}"),
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
    inside("reports", "reports.index"),
    inside("reports-of-all", "reports.index", period="all"),
    inside("reports-of-mine", "reports.index", DEMO, owner="me", period="quarter"),
    inside("report-funnel", "reports.funnel_page", act=open_folds, period="all"),
    inside("report-answers", "reports.answers", act=open_folds, period="all"),
    inside("report-sources", "reports.sources_page", act=open_folds, period="all"),
    inside("report-lost", "reports.lost_page", act=open_folds, period="all"),
    inside("report-articles", "reports.articles", act=open_folds, period="all"),
    inside("report-articles-last", "reports.articles", DEMO, touch="last"),
    inside("report-trials", "reports.trials", act=open_folds, period="all"),
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
    inside("stages", "leads.stages"),
    inside("stage-add", "leads.add_stage"),
    inside("stage-add-with-errors", "leads.add_stage", DEMO, act=press(SUBMIT), status=422),
    inside("stage-edit", "leads.edit_stage", DEMO, stage_id="{offer_stage}"),
    inside("stage-put-away", "leads.put_stage_away", DEMO, stage_id="{offer_stage}"),
    inside("lost-reason-add", "leads.add_reason"),
    inside("lost-reason-edit", "leads.edit_reason", DEMO, reason_id="1"),
    inside("lead-with-an-offer", "leads.detail", DEMO, lead_id="{lead_with_an_offer}"),
    inside("lead-asked-for-its-value", "leads.move", DEMO, lead_id="{waiting_lead}", to="{offer_stage}"),
    inside("users", "accounts.users"),
    inside("user-add", "accounts.add_user"),
    inside("user-role", "accounts.change_role", user_id="{staff}"),
    inside("user-leaving", "leads.leave", user_id="{staff}"),
    inside("user-leaving-with-errors", "leads.leave", DEMO, act=press(SUBMIT), status=422, user_id="{staff}"),
    inside("activity", "accounts.activity"),
    inside("profile", "accounts.profile"),
    inside("notices", "accounts.notices", EMPTY),
    inside("notices-with-errors", "accounts.notices", EMPTY, act=quiet_from("22:00"), status=422),
    inside("change-password", "accounts.change_password"),
    inside("no-such-page-inside", "/leads/999999", status=404),
)


def pages_on(data: Data) -> list[Page]:
    """The pages of the table that this data has."""
    return [page for page in PAGES if data in page.on]
