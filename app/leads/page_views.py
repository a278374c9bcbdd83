"""What a lead's page shows: all that has come of it, from every room, each read once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request

from app.accounts.models import User
from app.accounts.queries import all_users
from app.consultations.models import Consultation
from app.consultations.queries import changes_of_lead, consultations_of
from app.contacts.forms import ContactForm
from app.contacts.queries import consents_of, doubts_about
from app.contacts.tags import every_tag
from app.core.clock import now
from app.core.language import local_day, local_zone
from app.enquiries.models import Answer, Enquiry, EnquiryState
from app.enquiries.queries import answer_address, answers_of, enquiries_of, touches
from app.follow_ups.forms import MoveForm, PlanForm
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.queries import follow_ups_of, suggested_next
from app.leads.forms import AboutForm, NoteForm, RestForm, ValueForm
from app.leads.models import CallOutcome, EventKind, Lead
from app.leads.moving import asked_by
from app.leads.own_stages import stages_in_order
from app.leads.queries import lead_with_all, related_leads, timeline
from app.leads.stages import WALK
from app.leads.tags import tags_of_leads
from app.leads.timeline import (
    CONSULTATION_EVENTS,
    PLAN_EVENTS,
    STEP_EVENTS,
    TRIAL_EVENTS,
    Line,
    Shown,
    Things,
    by_days,
    counts_of,
    last_moves,
    lines_of,
    mail_lines_of,
    only,
)
from app.leads.warning_views import cautions
from app.mail.queries import last_reasons, messages_of
from app.plans.models import PlanRun
from app.plans.queries import drafts_of, runs_of_lead, template_names
from app.trials.models import Trial
from app.trials.queries import by_line, curve_of, serials_in, trials_of
from app.trials.queries import changes_of_lead as trial_changes_of


@dataclass(frozen=True, slots=True)
class Threads:
    """What has come of a lead in the rooms above it, and everybody it may have been given to."""

    users: Sequence[User]
    steps: Sequence[FollowUp]
    enquiries: Sequence[Enquiry]
    answers: Sequence[Answer]
    runs: Sequence[PlanRun]
    consultations: Sequence[Consultation]
    trials: Sequence[Trial]


def lead_page(lead_id: int, **forms: Any) -> str:
    """The lead's page. A form that was refused is shown again with everything that was typed in it."""
    lead = lead_with_all(lead_id) or abort(404)
    threads = Threads(
        users=all_users(),
        steps=follow_ups_of(lead_id),
        enquiries=enquiries_of(lead_id),
        answers=answers_of(lead_id),
        runs=runs_of_lead(lead_id),
        consultations=consultations_of(lead_id),
        trials=trials_of([lead_id]),
    )
    page = {
        "lead": lead,
        **_forms(lead),
        **_work(lead, threads),
        **_timeline(lead, threads),
        **_about(lead, threads),
        **_of_plans(threads),
        **_of_consultations(lead, threads),
        **_of_trials(lead, threads),
    }
    return render_template("leads/detail.html", **{**page, **forms})


def _forms(lead: Lead) -> dict[str, Any]:
    return {
        "note_form": NoteForm(formdata=None),
        "plan_form": PlanForm.suggesting(suggested_next(lead.stage), local_day(now())),
        "move_form": MoveForm(formdata=None),
        "rest_form": RestForm(formdata=None),
        "contact_form": ContactForm(formdata=None, obj=lead.contact),
        "about_form": AboutForm(formdata=None, kind=lead.subject.kind, subject=lead.subject.name),
        "value_form": ValueForm(formdata=None, value=lead.value_ore),
    }


def _work(lead: Lead, threads: Threads) -> dict[str, Any]:
    """What is owed to the lead, and how it can be reached."""
    return {
        "open_steps": [step for step in threads.steps if step.state is FollowUpState.OPEN],
        "outcomes": CallOutcome,
        "answer_to": answer_address(lead),
        "has_open_enquiry": any(enquiry.state is EnquiryState.OPEN for enquiry in threads.enquiries),
    }


def _about(lead: Lead, threads: Threads) -> dict[str, Any]:
    """Where the lead stands, whom it is about, and what must not be missed."""
    consents, stages = consents_of(lead.contact_id), stages_in_order()
    return {
        "users": [user for user in threads.users if user.is_active and user.may_change],
        "stages": stages,
        "asking": {own.id for own in stages if asked_by(lead, own)},
        "walking": WALK,
        "enquiries": threads.enquiries,
        "touches": touches(threads.enquiries),
        "consents": consents,
        "cautions": cautions(lead.contact, consents, threads.trials, local_day(now())),
        "doubts": doubts_about(lead.contact_id),
        "related": related_leads(lead),
        "tags": tags_of_leads([lead.id]).get(lead.id, []),
        "every_tag": every_tag(),
    }


def _of_plans(threads: Threads) -> dict[str, Any]:
    runs = threads.runs
    return {"runs": runs, "run_drafts": drafts_of([run.id for run in runs]), "templates": template_names()}


def _of_consultations(lead: Lead, threads: Threads) -> dict[str, Any]:
    consultations = threads.consultations
    return {
        "consultations": consultations,
        "consultation_changes": changes_of_lead(lead.id) if consultations else {},
    }


def _of_trials(lead: Lead, threads: Threads) -> dict[str, Any]:
    trials = threads.trials
    changes = trial_changes_of(lead.id) if trials else []
    return {
        "trials": trials,
        "how": curve_of(trials[0]) if trials else None,
        "trial_changes": by_line(changes),
        "serials": serials_in(changes),
    }


def _timeline(lead: Lead, threads: Threads) -> dict[str, Any]:
    messages, shown = messages_of(lead.id), request.args.get("show", type=Shown)
    told = last_moves(filter(_is_told, lines_of(timeline(lead), _things(threads))), local_zone())
    lines = [*mail_lines_of(messages, last_reasons(messages)), *told]
    return {"days": by_days(only(lines, shown), local_zone()), "shown": shown, "counts": counts_of(lines)}


def _things(threads: Threads) -> Things:
    """All that a line of the timeline can tell of."""
    told: Sequence[tuple[Iterable[EventKind], Iterable[Any]]] = (
        ((EventKind.ENQUIRY,), threads.enquiries),
        ((EventKind.ANSWER,), threads.answers),
        ((EventKind.OWNER,), threads.users),
        (STEP_EVENTS, threads.steps),
        (PLAN_EVENTS, threads.runs),
        (CONSULTATION_EVENTS, threads.consultations),
        (TRIAL_EVENTS, threads.trials),
    )
    return {(kind, thing.id): thing for kinds, things in told for kind in kinds for thing in things}


def _is_told(line: Line) -> bool:
    """A follow-up's line is left out once it was taken back, and where the answer itself says it."""
    if line.event is None or line.event.kind is not EventKind.FOLLOW_UP:
        return True
    return line.about.state is not FollowUpState.OPEN and line.about.kind is not FollowUpKind.ANSWER
