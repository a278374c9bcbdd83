"""How it goes, told by whoever borrows: a check-in a day, the one at the hand-over, and the call that they ask for."""

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.models import User
from app.contacts.consent_rules import follow_giving_rules
from app.contacts.consent_texts import CURRENT
from app.contacts.consents import record_consent
from app.contacts.models import BY_HAND, ConsentPurpose
from app.core.db import db
from app.core.errors import RuleBroken
from app.core.language import local_day, local_zone
from app.core.workdays import is_working_day, next_working_day
from app.enquiries.identity_numbers import mask
from app.follow_ups.dues import MORNING, Due, at_time, whole_day
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.leads.models import EventKind, Lead
from app.leads.services import tell
from app.settings.queries import the_business
from app.trials.check_in_queries import allows_check_ins, check_in_on
from app.trials.check_ins import CheckIn, CheckInKind, Rating, Scale
from app.trials.letters import tell_us
from app.trials.models import Trial
from app.trials.scales import HIGHEST, LOWEST

Numbers = Mapping[Scale, int]
CONSENT_SOURCE = "check-in"
"""Where a consent comes from that was given on the page for check-ins."""


def check_in(
    trial: Trial,
    numbers: Numbers,
    words: str | None,
    wants_call: bool,
    kind: CheckInKind,
    now: datetime,
    actor: User | None = None,
    *,
    on: date | None = None,
) -> CheckIn:
    """Keep how it goes on the local day, or on another that is named. A second one that day is put in its place.

    Refused unless the unit is with them and they have said yes to its being kept (GDPR 9.2 a). Identity numbers are
    blotted out. Who asks to be called is called the same working day, else on the morning of the next;
    we are mailed that they did.
    """
    lead = _refuse_unless_kept(trial)
    if not numbers and not words and not wants_call:
        raise RuleBroken(_l("Välj en siffra, skriv en rad eller be oss ringa. Annars finns inget att spara."))
    today = local_day(now)
    day = on or today
    found = check_in_on(trial.id, day) or _new(trial, kind, day, actor, now)
    asks_now = wants_call and not found.wants_call
    found.answered_at, found.wants_call = now, wants_call
    found.words = mask(words, today)[0] if words else None
    _put_numbers(found, numbers)
    db.session.flush()
    if asks_now:
        _owe_a_call(trial, lead, now)
        tell_us(trial, EventKind.CHECK_IN, now)
    return found


def baseline(
    trial: Trial,
    numbers: Numbers,
    words: str | None,
    actor: User,
    now: datetime,
    *,
    on: date | None = None,
    has_said_yes: bool = False,
) -> CheckIn | None:
    """How it is before it begins, put down by us at the hand-over; nothing where nothing was said.

    What they say yes to then (`has_said_yes`) is kept as a consent by word of mouth. Refused without one.
    """
    if not numbers and not words:
        return None
    if has_said_yes and not allows_check_ins(trial):
        allow_by_hand(trial, actor, now)
    return check_in(trial, numbers, words, False, CheckInKind.BASELINE, now, actor, on=on)


def allow(trial: Trial, language: str, now: datetime) -> None:
    """Keep the yes to check-ins that came with the form on their page."""
    if trial.lead is not None:
        version = CURRENT[ConsentPurpose.CHECK_INS]
        record_consent(trial.lead.contact, ConsentPurpose.CHECK_INS, version, language, CONSENT_SOURCE, now)


def allow_by_hand(trial: Trial, actor: User, now: datetime) -> None:
    """Keep a yes to check-ins by word of mouth, at the hand-over."""
    if trial.lead is None:
        return
    contact, version = trial.lead.contact, CURRENT[ConsentPurpose.CHECK_INS]
    said = _("Sa ja vid utlämningen.")
    record_consent(contact, ConsentPurpose.CHECK_INS, version, contact.language, BY_HAND, now, said=said)
    follow_giving_rules([contact], ConsentPurpose.CHECK_INS, actor, now)


def _refuse_unless_kept(trial: Trial) -> Lead:
    if trial.lead is None or not trial.is_with_borrower:
        raise RuleBroken(_l("Avstämningar görs under provperioden, från utlämningen tills enheten är tillbaka."))
    if not allows_check_ins(trial):
        raise RuleBroken(_l("Skattningar sparas bara för den som har sagt ja till det. Kryssa i rutan först."))
    return trial.lead


def _new(trial: Trial, kind: CheckInKind, day: date, actor: User | None, now: datetime) -> CheckIn:
    """The day's first; the timeline says that it came, and nothing of what it says."""
    new = CheckIn(trial=trial, kind=kind, day_on=day, answered_at=now, wants_call=False)
    db.session.add(new)
    if trial.lead is not None:
        tell(trial.lead, EventKind.CHECK_IN, now, actor=actor, about_id=trial.id)
    return new


def _put_numbers(found: CheckIn, numbers: Numbers) -> None:
    """Let these be its numbers: those there were are changed, added to and taken away."""
    before = {rating.scale_id: rating for rating in found.ratings}
    for scale, number in numbers.items():
        if not LOWEST <= number <= HIGHEST:
            raise RuleBroken(_l("Välj en siffra från 0 till 10."))
        rating = before.pop(scale.id, None)
        if rating is None:
            found.ratings.append(Rating(scale=scale, value=str(number)))
        else:
            rating.value = str(number)
    for rating in before.values():
        found.ratings.remove(rating)


def _owe_a_call(trial: Trial, lead: Lead, now: datetime) -> None:
    """A call for whoever cares for the trial. A lead that is closed is owed nothing."""
    if not lead.is_open:
        return
    owner = trial.owner if trial.owner and trial.owner.is_active else None
    due = _call_due(now)
    with force_locale(owner.language if owner else the_business().language):
        title = _("Bad dig ringa i sin avstämning")
    plan(lead, FollowUpKind.CALL, due.at, now, owner=owner, title=title, due_on=due.on)


def _call_due(now: datetime) -> Due:
    """Today while we are at work, else the morning of the next working day."""
    zone = local_zone()
    local = now.astimezone(zone)
    if is_working_day(local.date()) and local.time() < the_business().closes_at:
        return whole_day(local.date(), zone)
    return at_time(next_working_day(local.date()), MORNING, zone)
