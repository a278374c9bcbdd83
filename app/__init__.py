"""Ledtråd: from the article somebody read to the device they own, and no thread is ever dropped."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from app.accounts import activity, activity_views, sessions, unsent, users
from app.accounts import labels as account_labels
from app.accounts import links as one_time_links
from app.accounts import views as accounts
from app.articles import views as articles
from app.config import instance_folder, load_settings, migrations_folder, templates_folder
from app.consultations import affected_views as bookings_affected
from app.consultations import behalf_views as bookings_for_others
from app.consultations import booked_views as bookings
from app.consultations import calendar_views as calendar
from app.consultations import closing_views as days_closed
from app.consultations import desk_views as consultation_pages
from app.consultations import details_views as booking_forms
from app.consultations import earlier_views as earlier_times
from app.consultations import feed_views as feeds
from app.consultations import hour_views as consultation_hours
from app.consultations import import_views as imports
from app.consultations import kind_views as consultation_kinds
from app.consultations import labels as consultation_labels
from app.consultations import times_views as free_times
from app.consultations import views as consultations
from app.consultations.ahead import appointments_of
from app.consultations.booked_pages import bookings_ahead
from app.consultations.earlier import KINDS as EARLIER_MAILS
from app.consultations.ending import call_off_when_closed
from app.consultations.filters import CONDITIONS as CONSULTATION_CONDITIONS
from app.consultations.leaving import TALKS
from app.consultations.mails import KINDS as BOOKING_MAILS
from app.consultations.notices import NOTICES as BOOKING_NOTICES
from app.consultations.triggers import TRIGGERS as CONSULTATION_TRIGGERS
from app.contacts import add_views as adding_people
from app.contacts import duplicate_views as duplicates
from app.contacts import erase_views as erasing_people
from app.contacts import filters as contact_conditions
from app.contacts import labels as contact_labels
from app.contacts import list_views as contact_lists
from app.contacts import merge_views as merging_people
from app.contacts import tag_views as contact_tags
from app.contacts import views as contacts
from app.contacts.consent_rules import when_consent_given, when_consent_withdrawn
from app.contacts.erasing import when_erased
from app.contacts.merge_rules import locked_before_contacts, when_merge_undone, when_merged
from app.core import (
    access,
    db,
    error_pages,
    filters,
    forms,
    headers,
    keys,
    labels,
    language,
    request_log,
    routes,
    uploads,
    urls,
)
from app.enquiries import labels as enquiry_labels
from app.enquiries import private_views as private_pages
from app.enquiries import public as enquiry_forms
from app.enquiries import split_views as splitting_enquiries
from app.enquiries import views as enquiries
from app.enquiries.erasing import forget_quarantined, forget_splits
from app.enquiries.filters import CONDITIONS as ENQUIRY_CONDITIONS
from app.enquiries.mails import KINDS as ENQUIRY_MAILS
from app.enquiries.placeholders import PLACEHOLDERS as ENQUIRY_PLACEHOLDERS
from app.enquiries.private_pages import bookings_are_known_by
from app.follow_ups import labels as follow_up_labels
from app.follow_ups import moving_views as moving_steps
from app.follow_ups import views as follow_ups
from app.follow_ups.appointments import appointments_are_known_by
from app.follow_ups.leaving import STEPS
from app.follow_ups.mails import KINDS as TASK_MAILS
from app.follow_ups.occasions import follow_move, take_back_move
from app.follow_ups.placeholders import PLACEHOLDERS as FOLLOW_UP_PLACEHOLDERS
from app.follow_ups.services import plan_step
from app.home import context as frame
from app.home import guide_views as guiding
from app.home import labels as home_labels
from app.home import search_views as searching
from app.home import views as home
from app.home.guide_mail import KINDS as GUIDE_MAILS
from app.home.mails import KINDS as SUMMARIES
from app.leads import board_views as lead_board
from app.leads import filters as lead_conditions
from app.leads import labels as lead_labels
from app.leads import leaving_views as leaving
from app.leads import list_views as lead_lists
from app.leads import move_views as lead_moves
from app.leads import reason_views as lost_reasons
from app.leads import stage_views as lead_stages
from app.leads import tag_views as lead_tags
from app.leads import views as leads
from app.leads.consents import stop_tips, stop_waiting_tips, tell_of_withdrawal, tell_of_yes, wants_tips
from app.leads.erasing import forget_mails_of_leads
from app.leads.leaving import LEADS, stays_behind, when_taken_over
from app.leads.locks import locked_before_leads
from app.leads.merging import forget_name_elsewhere, lock_leads_of, tell_of_merge, tell_of_undoing
from app.leads.moves import when_move_undone, when_moved
from app.leads.next_steps import steps_are_planned_by
from app.leads.placeholders import PLACEHOLDERS as LEAD_PLACEHOLDERS
from app.leads.talks import when_talked
from app.lists import change_views as bulk_changes
from app.lists import column_views as list_columns
from app.lists import export_views as list_exports
from app.lists import tag_views as tags
from app.lists import view_views as list_views
from app.lists import views as lists
from app.lists.changing import forget_in_changes
from app.mail import kinds as mail_kinds
from app.mail import labels as mail_labels
from app.mail import placeholders
from app.mail import template_views as mail_templates
from app.mail import unsubscribe_views as unsubscribing
from app.mail import views as mail
from app.mail.marketing import consent_is_known_by
from app.mail.template_mails import KINDS as TEMPLATE_MAILS
from app.mail.unsubscribing import when_unsubscribed
from app.plans import bulk_views as plans_for_many
from app.plans import draft_views as drafts
from app.plans import labels as plan_labels
from app.plans import triggers as plan_triggers
from app.plans import views as plans
from app.plans.mails import KINDS as PLAN_MAILS
from app.plans.services import stop_when_moved, stop_when_talked, stop_when_withdrawn
from app.reports import labels as report_labels
from app.reports import views as reports
from app.settings import views as settings
from app.trials import agreement_views as agreements
from app.trials import asking_views as trial_forms
from app.trials import borrowed_views as borrowed_trials
from app.trials import by_hand_views as trials_by_hand
from app.trials import care_views as trial_care
from app.trials import check_in_views as check_ins
from app.trials import days_views as trial_days
from app.trials import desk_views as trial_pages
from app.trials import ending_views as trial_ends
from app.trials import hand_over_views as handing_over
from app.trials import label_views as device_labels
from app.trials import labels as trial_labels
from app.trials import model_views as device_models
from app.trials import photo_views as trial_photos
from app.trials import places as trial_places
from app.trials import question_views as suitability
from app.trials import scale_views as scales
from app.trials import unit_calendar_views as unit_calendar
from app.trials import unit_import_views as device_imports
from app.trials import unit_views as device_units
from app.trials import views as trials
from app.trials.ahead import trials_ahead
from app.trials.care_mails import KINDS as CARE_MAILS
from app.trials.closing import follow_closing
from app.trials.erasing import forget_trials
from app.trials.filters import CONDITIONS as TRIAL_CONDITIONS
from app.trials.forgetting import forget_when_withdrawn
from app.trials.leaving import TRIALS
from app.trials.mails import KINDS as TRIAL_MAILS
from app.trials.notices import NOTICES as TRIAL_NOTICES
from app.trials.queries import lock_units_of_lead
from app.trials.triggers import TRIGGERS as TRIAL_TRIGGERS

CORE = (routes, urls, request_log, access, headers, language, uploads, forms, filters, labels, db, error_pages)
FEATURES = (
    settings,
    articles,
    mail,
    accounts,
    contacts,
    leads,
    follow_ups,
    plans,
    enquiries,
    consultations,
    trials,
    lists,
    reports,
    home,
)
"""From the foot of the ladder to its top."""
MORE_PAGES = (
    contact_lists,
    lead_lists,
    list_views,
    list_columns,
    contact_tags,
    lead_tags,
    tags,
    one_time_links,
    users,
    adding_people,
    activity_views,
    erasing_people,
    duplicates,
    merging_people,
    lead_board,
    lead_moves,
    moving_steps,
    leaving,
    lead_stages,
    lost_reasons,
    enquiry_forms,
    private_pages,
    splitting_enquiries,
    mail_templates,
    unsubscribing,
    drafts,
    plans_for_many,
    imports,
    feeds,
    bookings,
    consultation_kinds,
    consultation_hours,
    days_closed,
    bookings_affected,
    free_times,
    booking_forms,
    earlier_times,
    calendar,
    consultation_pages,
    bookings_for_others,
    borrowed_trials,
    trial_forms,
    suitability,
    agreements,
    scales,
    trial_care,
    check_ins,
    trial_pages,
    trial_days,
    trial_ends,
    trials_by_hand,
    trial_places,
    device_models,
    device_units,
    device_imports,
    device_labels,
    unit_calendar,
    handing_over,
    trial_photos,
    searching,
    guiding,
    bulk_changes,
    list_exports,
)
"""Further pages of a room: importing them hangs them on its blueprint."""
PARTS = (sessions, unsent, activity, frame)
"""What features do besides pages."""
LABELS = (
    mail_labels,
    account_labels,
    contact_labels,
    lead_labels,
    follow_up_labels,
    plan_labels,
    enquiry_labels,
    consultation_labels,
    trial_labels,
    report_labels,
    home_labels,
)
"""What the words of their enums are called on screen."""
MAILS = (
    *TEMPLATE_MAILS,
    *TASK_MAILS,
    *PLAN_MAILS,
    *ENQUIRY_MAILS,
    *BOOKING_MAILS,
    *EARLIER_MAILS,
    *BOOKING_NOTICES,
    *TRIAL_MAILS,
    *CARE_MAILS,
    *TRIAL_NOTICES,
    *SUMMARIES,
    *GUIDE_MAILS,
)
"""Every kind of mail that leaves the house."""
PLACEHOLDERS = (*LEAD_PLACEHOLDERS, *FOLLOW_UP_PLACEHOLDERS, *ENQUIRY_PLACEHOLDERS, *placeholders.BUSINESS)
"""What the templates of mails may leave open."""


def create_app(instance: Path | None = None, overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application of one instance folder. Raises KeysMissing where `ledtrad init` has not been run."""
    folder = instance or instance_folder()
    app = Flask(__name__, instance_path=str(folder), template_folder=str(templates_folder()))
    app.config.from_mapping(load_settings(folder))
    app.config.from_mapping(overrides or {})
    app.config["MIGRATIONS_FOLDER"] = str(migrations_folder())
    keys.init_app(app)
    _open_rooms(app)
    _say_what_is_sent(app)
    _follow_leads(app)
    _follow_people(app)
    _follow_leaving(app)
    _offer_conditions(app)
    return app


def _open_rooms(app: Flask) -> None:
    for part in CORE:
        part.init_app(app)
    for feature in FEATURES:
        app.register_blueprint(feature.bp)
    for part in PARTS:
        part.init_app(app)
    for words in LABELS:
        labels.name_words(app, words.LABELS)


def _say_what_is_sent(app: Flask) -> None:
    for kind in MAILS:
        mail_kinds.register(app, kind)
    placeholders.register(app, PLACEHOLDERS)
    for trigger in (*plan_triggers.TRIGGERS, *CONSULTATION_TRIGGERS, *TRIAL_TRIGGERS):
        plan_triggers.register(app, trigger)
    bookings_are_known_by(app, bookings_ahead)
    consent_is_known_by(app, wants_tips)
    when_unsubscribed(app, stop_tips)


def _follow_leads(app: Flask) -> None:
    """What the rooms above leads do when one moves, and what they know of what it is owed."""
    when_moved(app, follow_move)
    when_moved(app, stop_when_moved)
    when_moved(app, call_off_when_closed)
    when_moved(app, follow_closing)
    when_move_undone(app, take_back_move)
    when_talked(app, stop_when_talked)
    steps_are_planned_by(app, plan_step)
    appointments_are_known_by(app, appointments_of)
    appointments_are_known_by(app, trials_ahead)
    locked_before_leads(app, lock_units_of_lead)


def _follow_people(app: Flask) -> None:
    """What the rooms above contacts do when somebody says yes or no, is erased, or turns out to be somebody known."""
    when_consent_given(app, tell_of_yes)
    when_consent_withdrawn(app, tell_of_withdrawal)
    when_consent_withdrawn(app, stop_when_withdrawn)
    when_consent_withdrawn(app, stop_waiting_tips)
    when_consent_withdrawn(app, forget_when_withdrawn)
    when_erased(app, forget_trials)
    when_erased(app, forget_quarantined)
    when_erased(app, forget_name_elsewhere)
    when_erased(app, forget_splits)
    when_erased(app, forget_in_changes)
    when_erased(app, forget_mails_of_leads)
    locked_before_contacts(app, lock_leads_of)
    when_merged(app, tell_of_merge)
    when_merge_undone(app, tell_of_undoing)


def _follow_leaving(app: Flask) -> None:
    """What somebody who leaves may answer for, and what stays with them."""
    for charge in (LEADS, STEPS, TRIALS):
        when_taken_over(app, charge)
    stays_behind(app, TALKS)


def _offer_conditions(app: Flask) -> None:
    """What each list can be asked for by what the rooms know."""
    contact_conditions.register(app, *contact_conditions.CONDITIONS, *lead_conditions.ABOUT_CONTACTS)
    lead_conditions.register(
        app, *lead_conditions.CONDITIONS, *ENQUIRY_CONDITIONS, *CONSULTATION_CONDITIONS, *TRIAL_CONDITIONS
    )
