"""The mails that sum up. Each line is a link, without names, words of visitors or titles of articles."""

from collections.abc import Iterator
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.accounts.models import User
from app.accounts.mornings import told_in, why_not_told
from app.consultations.models import Consultation, ConsultationState
from app.core.filters import clock_time, weekday
from app.core.language import local_zone
from app.core.public_addresses import public_address
from app.core.wall_clock import start_of_day
from app.enquiries.deadlines import answer_due_at, due_words
from app.enquiries.models import Enquiry
from app.follow_ups.mails import MOST_LINES, day_groups, more_words, settings_words
from app.home.digest import Digest, Week, digest_of, week_before
from app.home.queries import TrialsOfAWeek
from app.leads.models import Lead
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
    return MailText(
        subject=_("Dagens läge: %(counts)s", counts=", ".join(list(_counts(digest))[:2])),
        paragraphs=(_("Det här väntar på dig, %(day)s.", day=weekday(day)),),
        groups=tuple(_groups(digest, day)),
        button=Button(_("Öppna Idag"), public_address("home.today")),
        closing=(settings_words(),),
    )


def _groups(digest: Digest, day: date) -> Iterator[LinkGroup]:
    yield from _answers(digest)
    yield from _talks(digest, day)
    yield from _trials(digest, day)
    yield from _drafts(digest)
    yield from day_groups(digest.steps, day)
    yield from _adrift(digest)


def _counts(digest: Digest) -> Iterator[str]:
    if digest.answers_count:
        yield ngettext("%(num)s att svara", "%(num)s att svara", digest.answers_count)
    if digest.talks:
        yield ngettext("%(num)s möte", "%(num)s möten", len(digest.talks))
    if digest.trials:
        yield ngettext("%(num)s provperiod", "%(num)s provperioder", len(digest.trials))
    if digest.steps:
        yield ngettext("%(num)s att göra", "%(num)s att göra", len(digest.steps))
    if digest.drafts_count:
        yield ngettext("%(num)s att godkänna", "%(num)s att godkänna", digest.drafts_count)
    if digest.adrift_count:
        yield ngettext("%(num)s utan nästa steg", "%(num)s utan nästa steg", digest.adrift_count)


def _answers(digest: Digest) -> Iterator[LinkGroup]:
    if digest.answers:
        left_out = digest.answers_count - len(digest.answers)
        yield LinkGroup(_("Att svara"), tuple(map(_answer, digest.answers)), more_words(left_out))


def _answer(enquiry: Enquiry) -> Button:
    due = due_words(answer_due_at(enquiry.received_at))
    words = _("%(reference)s, senast %(due)s", reference=enquiry.reference, due=due)
    return Button(words, public_address("leads.detail", lead_id=enquiry.lead_id))


def _talks(digest: Digest, day: date) -> Iterator[LinkGroup]:
    if digest.talks:
        links = (_talk(one, day) for one in digest.talks[:MOST_LINES])
        yield LinkGroup(_("Möten"), tuple(links), more_words(len(digest.talks) - MOST_LINES))


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


def _trials(digest: Digest, day: date) -> Iterator[LinkGroup]:
    if digest.trials:
        links = (_trial(one, day) for one in digest.trials[:MOST_LINES])
        yield LinkGroup(_("Provperioder"), tuple(links), more_words(len(digest.trials) - MOST_LINES))


def _trial(trial: Trial, day: date) -> Button:
    """What a trial asks on a day, and since when."""
    step = step_of(trial)
    words = step.title_at(start_of_day(day, local_zone()))
    if step.due_on and step.due_on < day:
        words = _("%(what)s (sedan %(day)s)", what=words, day=weekday(step.due_on))
    return Button(words, public_address("trials.detail", trial_id=trial.id))


def _drafts(digest: Digest) -> Iterator[LinkGroup]:
    if digest.drafts:
        left_out = digest.drafts_count - len(digest.drafts)
        yield LinkGroup(_("Att godkänna"), tuple(map(_draft, digest.drafts)), more_words(left_out))


def _draft(draft: PlanDraft) -> Button:
    words = _("Ett mejl som väntar sedan %(day)s", day=weekday(draft.made_at))
    return Button(words, public_address("plans.draft", draft_id=draft.id))


def _adrift(digest: Digest) -> Iterator[LinkGroup]:
    if digest.adrift:
        left_out = digest.adrift_count - len(digest.adrift)
        yield LinkGroup(_("Utan nästa steg"), tuple(map(_lead, digest.adrift)), more_words(left_out))


def _lead(lead: Lead) -> Button:
    words = _("En affär, senast aktiv %(day)s", day=weekday(lead.active_at))
    return Button(words, public_address("leads.detail", lead_id=lead.id))


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
