"""The mails that sum up. Each line is a link, without names, words of visitors or titles of articles."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.models import User
from app.accounts.mornings import told_in, why_not_told
from app.consultations.models import Consultation, ConsultationState
from app.core.filters import clock_time, weekday
from app.core.labels import label
from app.core.language import local_zone
from app.core.public_addresses import public_address
from app.core.wall_clock import start_of_day
from app.enquiries.deadlines import due_words
from app.follow_ups.mails import MOST_LINES, more_words, settings_words, task_link
from app.home.day import Part, ToAnswer
from app.home.digest import Week, digest_of, week_before
from app.home.groups import Group
from app.home.queries import TrialsOfAWeek
from app.leads.models import Lead
from app.leads.own_stages import stage_name
from app.leads.stages import Stage
from app.mail.kinds import Button, Kind, LinkGroup, MailText
from app.mail.models import Message, MessageClass
from app.plans.models import PlanDraft
from app.trials.ahead import step_of
from app.trials.models import Trial

DIGEST, WEEKLY_SUMMARY, HEARTBEAT = "digest", "weekly_summary", "weekly_heartbeat"
SAID_ELSEWHERE = "said elsewhere"


def _digest(message: Message) -> MailText:
    user, day = told_in(message)
    if user is None:
        raise LookupError("a digest is for a user")
    digest = digest_of(user, day)
    counts = [COUNTED[part.group](part.count) for part in digest.parts]
    return MailText(
        subject=_("Dagens läge: %(counts)s", counts=", ".join(counts[:2])),
        paragraphs=(_("Det här väntar på dig, %(day)s.", day=weekday(day)),),
        groups=tuple(_links_of(part, day) for part in digest.parts),
        button=Button(_("Öppna Idag"), public_address("home.today")),
        closing=(settings_words(),),
    )


COUNTED: Mapping[Group, Callable[[int], str]] = {
    Group.ANSWERS: lambda count: ngettext("%(num)s att svara", "%(num)s att svara", count),
    Group.CALLS: lambda count: ngettext("%(num)s att ringa", "%(num)s att ringa", count),
    Group.MEETINGS: lambda count: ngettext("%(num)s möte", "%(num)s möten", count),
    Group.TRIALS: lambda count: ngettext("%(num)s provperiod", "%(num)s provperioder", count),
    Group.DECISIONS: lambda count: ngettext("%(num)s beslut", "%(num)s beslut", count),
    Group.TASKS: lambda count: ngettext("%(num)s att göra", "%(num)s att göra", count),
    Group.ADRIFT: lambda count: ngettext("%(num)s utan nästa steg", "%(num)s utan nästa steg", count),
    Group.DRAFTS: lambda count: ngettext("%(num)s att godkänna", "%(num)s att godkänna", count),
}
"""How many there are in a group, in words."""


def _links_of(part: Part, day: date) -> LinkGroup:
    links = tuple(LINKS[row.piece](row.about, day) for row in part.rows[:MOST_LINES])
    return LinkGroup(label(part.group), links, more_words(part.count - len(links)))


def _answer(to_answer: ToAnswer, _day: date) -> Button:
    enquiry = to_answer.enquiry
    words = _("%(reference)s, senast %(due)s", reference=enquiry.reference, due=due_words(to_answer.due_at))
    return Button(words, public_address("leads.detail", lead_id=enquiry.lead_id))


def _talk(one: Consultation, day: date) -> Button:
    """What a talk asks on a day: to be held, to be told of, or to be confirmed."""
    time, on = clock_time(one.starts_at), one.starts_at.astimezone(local_zone()).date()
    if on < day:
        words = _("Berätta hur det gick %(day)s kl. %(time)s", day=weekday(on), time=time)
    elif one.state is ConsultationState.REQUESTED:
        words = _("Att bekräfta: %(day)s kl. %(time)s", day=weekday(on), time=time)
    else:
        words = _("Konsultation kl. %(time)s", time=time)
    return Button(words, public_address("consultations.detail", consultation_id=one.id))


def _trial(trial: Trial, day: date) -> Button:
    """What a trial asks on a day, and since when."""
    step = step_of(trial)
    words = step.title_at(start_of_day(day, local_zone()))
    if step.due_on and step.due_on < day:
        words = _("%(what)s (sedan %(day)s)", what=words, day=weekday(step.due_on))
    return Button(words, public_address("trials.detail", trial_id=trial.id))


def _draft(draft: PlanDraft, _day: date) -> Button:
    words = _("Ett mejl som väntar sedan %(day)s", day=weekday(draft.made_at))
    return Button(words, public_address("plans.draft", draft_id=draft.id))


def _adrift(lead: Lead, _day: date) -> Button:
    words = _("En affär i steget %(stage)s, senast aktiv %(day)s", stage=stage_name(lead), day=weekday(lead.active_at))
    return Button(words, public_address("leads.detail", lead_id=lead.id))


LINKS: Mapping[str, Callable[[Any, date], Button]] = {
    "answer": _answer,
    "step": task_link,
    "talk": _talk,
    "trial": _trial,
    "adrift": _adrift,
    "draft": _draft,
}
"""The line of each kind of row, by the piece that shows it on Today."""


def _why_no_digest(message: Message) -> str | None:
    return why_not_told(message, lambda user: user.wants_digest, lambda user, day: not digest_of(user, day).is_empty)


def _weekly_summary(message: Message) -> MailText:
    _user, day = told_in(message)
    week = week_before(day)
    return MailText(
        subject=_("Så gick vecka %(number)s", number=week.begins_on.isocalendar().week),
        paragraphs=(
            _("Så gick det hos er %(first)s till %(last)s.", first=weekday(week.begins_on), last=weekday(week.ends_on)),
        ),
        groups=tuple(_week_groups(week)),
        button=Button(_("Öppna Idag"), public_address("home.today")),
        closing=(settings_words(),),
    )


def _week_groups(week: Week) -> Iterator[LinkGroup]:
    if week.enquiries:
        yield LinkGroup(_("Förfrågningar"), tuple(_enquiry_lines(week)))
    leads = tuple(_lead_lines(week))
    if leads:
        yield LinkGroup(_("Affärer"), leads)
    trials = tuple(_trial_lines(week.trials))
    if trials:
        yield LinkGroup(_("Provperioder"), trials)


def _enquiry_lines(week: Week) -> Iterator[Button]:
    come = ngettext("En kom in", "%(num)s kom in", week.enquiries)
    yield Button(come, public_address("enquiries.index"))
    in_time = ngettext("En fick svar i tid", "%(num)s fick svar i tid", week.answered_in_time)
    yield Button(in_time, public_address("enquiries.index", show="answered"))
    if week.answered_late:
        late = ngettext("En fick inte svar i tid", "%(num)s fick inte svar i tid", week.answered_late)
        yield Button(late, public_address("enquiries.index"))


def _lead_lines(week: Week) -> Iterator[Button]:
    if week.won:
        won = ngettext("En vunnen", "%(num)s vunna", week.won)
        yield Button(won, public_address("leads.index", stage=Stage.WON))
    if week.lost:
        lost = ngettext("En förlorad", "%(num)s förlorade", week.lost)
        yield Button(lost, public_address("leads.index", stage=Stage.LOST))
    if week.adrift:
        adrift = ngettext("En står utan nästa steg", "%(num)s står utan nästa steg", week.adrift)
        yield Button(adrift, public_address("home.today"))


def _trial_lines(trials: TrialsOfAWeek) -> Iterator[Button]:
    address = public_address("trials.index")
    if trials.begun:
        yield Button(ngettext("En började", "%(num)s började", trials.begun), address)
    if trials.ended:
        yield Button(ngettext("En tog slut", "%(num)s tog slut", trials.ended), public_address("reports.index"))
    if trials.bought:
        yield Button(
            ngettext("En ledde till köp", "%(num)s ledde till köp", trials.bought), public_address("reports.index")
        )
    if trials.late:
        yield Button(ngettext("En är försenad", "%(num)s är försenade", trials.late), address)


def _why_no_summary(message: Message) -> str | None:
    return why_not_told(message, lambda user: user.wants_weekly_summary, _has_news)


def _has_news(_user: User, day: date) -> bool:
    return not week_before(day).is_empty


def _heartbeat(message: Message) -> MailText:
    _user, day = told_in(message)
    is_calm = week_before(day).is_empty
    return MailText(
        subject=_("Allt är lugnt, Ledtråd är i gång") if is_calm else _("Ledtråd är i gång"),
        paragraphs=(
            _("Det här är veckans livstecken."),
            _("Påminnelser och mejl går ut som de ska. När något behöver dig hör Ledtråd av sig."),
        ),
        button=Button(_("Öppna Idag"), public_address("home.today")),
        closing=(settings_words(),),
    )


def _why_no_heartbeat(message: Message) -> str | None:
    is_told = _why_no_summary(message) is None
    return why_not_told(message, lambda user: user.wants_heartbeat, lambda *_: True) or (
        SAID_ELSEWHERE if is_told else None
    )


KINDS = (
    Kind(
        DIGEST,
        MessageClass.INTERNAL,
        _digest,
        _why_no_digest,
        priority=4,
        latest_after=timedelta(hours=5),
        label=_l("Dagens läge"),
    ),
    Kind(
        WEEKLY_SUMMARY,
        MessageClass.INTERNAL,
        _weekly_summary,
        _why_no_summary,
        priority=4,
        latest_after=timedelta(days=1),
        label=_l("Veckan som gick"),
    ),
    Kind(
        HEARTBEAT,
        MessageClass.INTERNAL,
        _heartbeat,
        _why_no_heartbeat,
        priority=4,
        latest_after=timedelta(days=1),
        label=_l("Veckans livstecken"),
    ),
)
