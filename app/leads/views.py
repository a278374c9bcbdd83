from datetime import datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from app.accounts.models import User
from app.accounts.queries import all_users
from app.accounts.sent_forms import draft_key, is_new_form
from app.accounts.sessions import signed_in
from app.consultations.queries import changes_of_lead, consultations_of
from app.contacts.forms import ContactForm
from app.contacts.queries import consents_of, doubts_about
from app.contacts.tags import every_tag
from app.core.clock import now
from app.core.conditions import read
from app.core.db import db, writing
from app.core.language import local_day, local_zone
from app.core.routes import row_number
from app.core.toasts import toast
from app.enquiries.models import EnquiryState
from app.enquiries.queries import answer_address, answers_of, enquiries_of, touches
from app.follow_ups.forms import MoveForm, PlanForm
from app.follow_ups.models import FollowUpKind, FollowUpState
from app.follow_ups.queries import follow_ups_of, suggested_next
from app.leads.filters import LIST
from app.leads.forms import AboutForm, NoteForm, RestForm, ValueForm
from app.leads.labels import STAGE_COLOURS
from app.leads.listing import LeadFilter, LeadSort
from app.leads.models import CallOutcome, EventKind, Lead, LostReason
from app.leads.moving import asked_by
from app.leads.own_stages import first_stage, stage_left, stage_name, stage_of, stage_reached, stages_in_order
from app.leads.queries import lead_to_change, lead_with_all, related_leads, timeline
from app.leads.services import change_subject
from app.leads.services import hand_over as hand_lead_over
from app.leads.services import take_up as take_lead_up
from app.leads.services import write_note as write_lead_note
from app.leads.stages import WALK, Stage
from app.leads.stale import Stale, Walker, stale
from app.leads.tags import tags_of_leads
from app.leads.timeline import (
    CONSULTATION_EVENTS,
    PLAN_EVENTS,
    STEP_EVENTS,
    TRIAL_EVENTS,
    Line,
    Shown,
    by_days,
    counts_of,
    last_moves,
    lines_of,
    mail_lines_of,
    only,
)
from app.leads.values import set_value as set_lead_value
from app.leads.warning_views import cautions
from app.mail.queries import last_reasons, messages_of
from app.plans.queries import drafts_of, runs_of_lead, template_names
from app.trials.queries import by_line, curve_of, serials_in, trials_of
from app.trials.queries import changes_of_lead as trial_changes_of

bp = Blueprint("leads", __name__, url_prefix="/leads")

SHOWN_AS = "leads_shown_as"
"""Where a signed-in browser remembers which of its two pages, the list or the board, showed the leads last."""


def lead_url(lead_id: int, anchor: str = "", **values: Any) -> str:
    """The lead's page, at one of its places."""
    return url_for("leads.detail", lead_id=lead_id, _anchor=anchor or None, **values)


@bp.app_template_global()
def stage_colour(stage: Stage) -> str:
    """The chip that a stage is shown as."""
    return STAGE_COLOURS.get(stage, "plain")


bp.add_app_template_global(stage_of)
bp.add_app_template_global(stage_name)
bp.add_app_template_global(stage_left)
bp.add_app_template_global(stage_reached)


@bp.app_template_global()
def move_url(lead: Lead, meaning: str) -> str:
    """Where a lead is moved to the first stage of a meaning, or asked what that wants to know."""
    return url_for("leads.move", lead_id=lead.id, to=first_stage(Stage(meaning)).id)


@bp.app_template_global()
def how_stale(lead: Walker) -> Stale | None:
    """How a lead, or a row of the list, stands still."""
    return stale(lead, now())


def remember_face() -> None:
    """Let the menu lead to this page, the list or the board, until the other one is used."""
    if session.get(SHOWN_AS) != request.endpoint:
        session[SHOWN_AS] = request.endpoint


def asked_for() -> LeadFilter:
    """What the address asks of the list. What cannot be understood asks nothing."""
    return read(LIST, request.args, LeadFilter, LeadSort, signed_in().id)


@bp.get("/<int:lead_id>")
def detail(lead_id: int) -> ResponseReturnValue:
    return lead_page(lead_id, compose=request.args.get("compose", ""))


def lead_page(lead_id: int, **forms: Any) -> str:
    """The lead's page. A form that was refused is shown again with everything that was typed in it."""
    lead = lead_with_all(lead_id) or abort(404)
    everybody = all_users()
    users = [user for user in everybody if user.is_active and user.may_change]
    steps = follow_ups_of(lead_id)
    enquiries, answers = enquiries_of(lead_id), answers_of(lead_id)
    messages = messages_of(lead_id)
    runs = runs_of_lead(lead_id)
    consultations = consultations_of(lead_id)
    consents = consents_of(lead.contact_id)
    trials = trials_of([lead_id])
    trial_changes = trial_changes_of(lead_id) if trials else []
    things = {
        **{(EventKind.ENQUIRY, enquiry.id): enquiry for enquiry in enquiries},
        **{(EventKind.ANSWER, answer.id): answer for answer in answers},
        **{(kind, step.id): step for kind in STEP_EVENTS for step in steps},
        **{(EventKind.OWNER, user.id): user for user in everybody},
        **{(kind, run.id): run for kind in PLAN_EVENTS for run in runs},
        **{(kind, one.id): one for kind in CONSULTATION_EVENTS for one in consultations},
        **{(kind, trial.id): trial for kind in TRIAL_EVENTS for trial in trials},
    }
    told = last_moves(filter(_is_told, lines_of(timeline(lead), things)), local_zone())
    lines = [*mail_lines_of(messages, last_reasons(messages)), *told]
    shown = request.args.get("show", type=Shown)
    page = {
        "note_form": NoteForm(formdata=None),
        "plan_form": _plan_form(lead, now()),
        "rest_form": RestForm(formdata=None),
        "contact_form": ContactForm(formdata=None, obj=lead.contact),
        "about_form": AboutForm(formdata=None, kind=lead.subject.kind, subject=lead.subject.name),
        "value_form": ValueForm(formdata=None, value=lead.value_ore),
        "stages": stages_in_order(),
        "asking": {own.id for own in stages_in_order() if asked_by(lead, own)},
        "walking": WALK,
        "move_form": MoveForm(formdata=None),
        "lead": lead,
        "users": users,
        "outcomes": CallOutcome,
        "open_steps": [step for step in steps if step.state is FollowUpState.OPEN],
        "answer_to": answer_address(lead),
        "enquiries": enquiries,
        "has_open_enquiry": any(enquiry.state is EnquiryState.OPEN for enquiry in enquiries),
        "touches": touches(enquiries),
        "consents": consents,
        "cautions": cautions(lead.contact, consents, trials, local_day(now())),
        "related": related_leads(lead),
        "tags": tags_of_leads([lead_id]).get(lead_id, []),
        "every_tag": every_tag(),
        "doubts": doubts_about(lead.contact_id),
        "runs": runs,
        "run_drafts": drafts_of([run.id for run in runs]),
        "templates": template_names(),
        "consultations": consultations,
        "consultation_changes": changes_of_lead(lead_id) if consultations else {},
        "trials": trials,
        "how": curve_of(trials[0]) if trials else None,
        "trial_changes": by_line(trial_changes),
        "serials": serials_in(trial_changes),
        "days": by_days(only(lines, shown), local_zone()),
        "shown": shown,
        "counts": counts_of(lines),
    }
    return render_template("leads/detail.html", **{**page, **forms})


def _plan_form(lead: Lead, moment: datetime) -> PlanForm:
    return PlanForm.suggesting(suggested_next(lead.stage), moment.astimezone(local_zone()).date())


def _is_told(line: Line) -> bool:
    """A follow-up's line is left out once it was taken back, and where the answer itself says it."""
    if line.event is None or line.event.kind is not EventKind.FOLLOW_UP:
        return True
    return line.about.state is not FollowUpState.OPEN and line.about.kind is not FollowUpKind.ANSWER


@bp.post("/<int:lead_id>/notes")
def write_note(lead_id: int) -> ResponseReturnValue:
    form = NoteForm()
    if not form.validate():
        return lead_page(lead_id, note_form=form, compose="note"), 422
    with writing():
        if is_new_form(draft_key(), now()):
            write_lead_note(_lead(lead_id), form.note.data or "", signed_in(), now())
    toast(_("Anteckningen är sparad."))
    return redirect(lead_url(lead_id, "timeline"), 303)


@bp.post("/<int:lead_id>/take-up")
def take_up(lead_id: int) -> ResponseReturnValue:
    """Back from rest, or from its end."""
    with writing():
        take_lead_up(_lead(lead_id), signed_in(), now())
    toast(_("Affären är öppen igen."))
    return redirect(lead_url(lead_id, "next-step"), 303)


def lost_reason_of(sent: MultiDict[str, str]) -> LostReason | None:
    """The reason that was chosen in a form, if any."""
    chosen = sent.get("lost_reason", 0, type=row_number)
    return db.session.get(LostReason, chosen) if chosen else None


@bp.post("/<int:lead_id>/value")
def set_value(lead_id: int) -> ResponseReturnValue:
    form = ValueForm()
    if not form.validate():
        return lead_page(lead_id, value_form=form), 422
    with writing():
        set_lead_value(_lead(lead_id), form.value.data, signed_in(), now())
    toast(_("Värdet är sparat."))
    return redirect(lead_url(lead_id, "stage"), 303)


@bp.post("/<int:lead_id>/about")
def change_about(lead_id: int) -> ResponseReturnValue:
    """Whom it is about, where we got that wrong or hear a horse's name later."""
    form = AboutForm()
    if not form.validate():
        return lead_page(lead_id, about_form=form), 422
    with writing():
        change_subject(_lead(lead_id), form.kind.data, form.subject.data)
    toast(_("Ändrat vem affären gäller."))
    return redirect(lead_url(lead_id), 303)


@bp.post("/<int:lead_id>/owner")
def hand_over(lead_id: int) -> ResponseReturnValue:
    chosen = request.form.get("owner", 0, type=row_number)
    with writing():
        owner = (db.session.get(User, chosen) or abort(404)) if chosen else None
        hand_lead_over(_lead(lead_id), owner, signed_in(), now())
    toast(_("Affären har bytt ansvarig."))
    return redirect(lead_url(lead_id), 303)


def _lead(lead_id: int) -> Lead:
    return lead_to_change(lead_id) or abort(404)
