"""The consultations of the demo: what can be booked, whose hours are free, and each booking's life, by the services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa

from app.accounts.models import User
from app.consultations.agreeing import want_earlier
from app.consultations.availability import nearest_free
from app.consultations.booking import Details
from app.consultations.ending import cancel, settle_held, settle_missed
from app.consultations.first_kinds import ensure_kinds
from app.consultations.hosts import Host
from app.consultations.hour_queries import host_of
from app.consultations.hours import HostFacts, become_host, change_days, change_week, describe_host
from app.consultations.kind_queries import kind_by_slug
from app.consultations.kinds import Audience, ConsultationKind, NoticeUnit, Place
from app.consultations.models import Consultation, ConsultationOutcome, ConsultationState
from app.consultations.offering import Band, KindFacts, add_kind, change_travel, publish
from app.consultations.queries import ahead_of, consultations_between
from app.consultations.services import book, book_for, move
from app.consultations.travel import NO_TRAVEL, Travel, travel_to
from app.consultations.windows import WeeklyHours
from app.core.db import db
from app.core.language import local_zone
from app.core.workdays import is_working_day
from app.demo.timing import Present
from app.leads.lost_reasons import NOT_RIGHT
from app.leads.models import Lead, LostReason
from app.leads.stages import Stage

SLUGS = {
    "telefon": "samtal-pa-telefon",
    "video": "videosamtal",
    "visning": "visning-hos-oss",
    "hembesök": "hembesok",
    "stall": "besok-i-stallet",
}
"""What threads call each kind."""

OWN_KINDS = {
    "visning-hos-oss": KindFacts(
        "Visning hos oss",
        "Demonstration at our place",
        Place.OURS,
        length_minutes=60,
        step_minutes=30,
        buffer_after_minutes=15,
        about_sv="Kom hit, ligg en stund och drick en kopp kaffe. Du behöver inte bestämma något.",
        about_en="Come here, lie down for a while and have a cup of coffee. You need not decide anything.",
    ),
    "hembesok": KindFacts(
        "Hembesök",
        "Visit to your home",
        Place.VISIT,
        length_minutes=60,
        step_minutes=30,
        audience=Audience.PERSON,
        notice=2,
        notice_unit=NoticeUnit.DAYS,
        needs_confirming=True,
        about_sv="Vi kommer hem till dig och visar i lugn och ro. Vi bekräftar tiden innan vi kommer.",
        about_en="We come to your home and show you in peace and quiet. We confirm the time before we come.",
    ),
}
"""Beside those that come with the house."""

WEEKS = {
    "maj": [WeeklyHours(day, 9 * 60, 17 * 60) for day in range(5)] + [WeeklyHours(3, 18 * 60, 20 * 60)],
    "sixten": [WeeklyHours(day, 8 * 60 + 30, 16 * 60 + 30) for day in range(5)],
}
BANDS = (Band("99900", "99949", 15), Band("99950", "99999", 45, weekdays="13"))
"""The town, and the country around it on Tuesdays and Thursdays."""
ADDRESSES = ("Björkvägen 2", "Storgatan 14", "Ängsvägen 8", "Kvarngatan 21", "Solbacken 5", "Hagavägen 11")
POSTCODE, TOWN = "999 10", "Lillköping"

HALF_HOUR = timedelta(minutes=30)
WAY = timedelta(minutes=45)
"""What we leave between two talks that we book ourselves."""
OFFICE = (time(8, 30), time(16, 0))
"""When a talk begins whose hour nobody named."""

OUTCOMES = {
    Stage.TRIAL: ConsultationOutcome.TO_TRIAL,
    Stage.DECISION: ConsultationOutcome.THINKS,
    Stage.LOST: ConsultationOutcome.NO,
}


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk as a thread knows it: which kind, and either when it begins or before what it was held."""

    what: str
    starts_at: datetime | None = None
    before: datetime | None = None

    def kind(self) -> ConsultationKind:
        """What is booked. ValueError for a word that stands for none."""
        found = kind_by_slug(SLUGS.get(self.what, ""))
        if found is None:
            raise ValueError(f"no consultation is called {self.what!r}")
        return found


def open_calendars(people: Mapping[str, User]) -> None:
    """Maj and Sixten hold consultations of every kind, in their hours; all of them can be booked."""
    ensure_kinds()
    for slug, facts in OWN_KINDS.items():
        add_kind(facts, slug=slug)
    change_travel(BANDS)
    hosts = {name: become_host(user) for name, user in people.items()}
    for name, host in hosts.items():
        describe_host(host, HostFacts(video_address=f"https://video.example.se/{name}"))
        change_week(host, WEEKS[name])
    for slug in SLUGS.values():
        kind = kind_by_slug(slug)
        if kind is not None:
            kind.hosts = list(hosts.values())
            publish(kind)


def close_the_last_day(user: User, present: Present) -> None:
    """The user is away on the day of their last talk ahead, which is left for them to decide about."""
    host = _host(user)
    last = db.session.scalar(sa.select(sa.func.max(Consultation.starts_at)).where(Consultation.host_id == host.id))
    if last is not None and present.day_of(last) > present.today:
        change_days(host, [present.day_of(last)], (), present.today)


def book_a_talk(lead: Lead, talk: Talk, user: User, now: datetime) -> bool:
    """We book it for them; False where there is no hour left before it was to be over."""
    kind, host = talk.kind(), _host(user)
    details = _details(lead, kind)
    if talk.before is not None:
        start = _hour_before(host, kind, talk.before, now)
    else:
        start = _hour_from(host, kind, max(talk.starts_at or now, _on_the_half_hour(now) + HALF_HOUR))
    if start is None:
        return False
    book_for(lead, kind, host, start, details, user, now, travel=_way(details))
    return True


def visitor_books(lead: Lead, talk: Talk, user: User, nonce: str, wishes: str, now: datetime) -> None:
    """They book by themselves, the free time that is nearest to when the thread says."""
    kind, host = talk.kind(), _host(user)
    details = _details(lead, kind, wishes)
    [start] = nearest_free(kind, talk.starts_at or now, now, count=1, travel=_way(details), host=host)
    book(kind, start, nonce, lead, details, now, host=host, travel=_way(details))


def visitor_moves(lead: Lead, starts_at: datetime | None, now: datetime) -> None:
    """They choose another time: the free one nearest to that."""
    [talk] = ahead_of(lead.id)
    free = nearest_free(talk.kind, starts_at or now, now, count=1, host=talk.host, ignoring=talk)
    move(talk, free[0], now, host=talk.host)


def visitor_cancels(lead: Lead, now: datetime) -> None:
    """They call it off."""
    [talk] = ahead_of(lead.id)
    cancel(talk, now)


def visitor_waits(lead: Lead, now: datetime) -> None:
    """They would like an earlier time."""
    [talk] = ahead_of(lead.id)
    want_earlier(talk, now)


def tell_how_it_went(
    lead: Lead, stage: Stage, words: str, reason: LostReason | None, user: User, now: datetime
) -> bool:
    """A talk that has been is told of, and takes the lead to that stage; False where there is none to tell of."""
    begun = [talk for talk in ahead_of(lead.id) if talk.starts_at <= now]
    outcome = OUTCOMES.get(stage)
    if not begun or outcome is None:
        return False
    if reason is not None and reason.name_sv == NOT_RIGHT[0]:
        outcome = ConsultationOutcome.NOT_SUITABLE
    settle_held(begun[0], outcome, user, now, note=words, lost_reason=reason)
    return True


def tell_of_missing(lead: Lead, user: User, now: datetime) -> None:
    """They were not there."""
    [talk] = ahead_of(lead.id)
    settle_missed(talk, ConsultationState.NO_SHOW, user, now)


def _host(user: User) -> Host:
    host = host_of(user.id)
    if host is None:
        raise ValueError(f"{user.name} holds no consultations")
    return host


def _details(lead: Lead, kind: ConsultationKind, wishes: str = "") -> Details:
    if kind.place is not Place.VISIT:
        return Details(wishes=wishes)
    street, postcode, city = home_of(lead.contact.name)
    return Details(street_address=street, postcode=postcode, city=city, wishes=wishes)


def home_of(name: str) -> tuple[str, str, str]:
    """Everybody lives somewhere in the town: the street, the postcode and the town."""
    return ADDRESSES[sum(name.encode()) % len(ADDRESSES)], POSTCODE, TOWN


def _way(details: Details) -> Travel:
    return (travel_to(details.postcode) if details.postcode else None) or NO_TRAVEL


def _hour_before(host: Host, kind: ConsultationKind, moment: datetime, now: datetime) -> datetime | None:
    """The last half hour in office hours that leaves time for the whole talk before that moment; none after `now`."""
    start = _on_the_half_hour(moment - timedelta(minutes=kind.length_minutes))
    while start > now:
        local = start.astimezone(local_zone())
        if is_working_day(local.date()) and OFFICE[0] <= local.time() <= OFFICE[1] and _is_free(host, kind, start):
            return start
        start -= HALF_HOUR
    return None


def _hour_from(host: Host, kind: ConsultationKind, start: datetime) -> datetime:
    """That hour, or the first half hour after it that is free."""
    while not _is_free(host, kind, start):
        start += HALF_HOUR
    return start


def _is_free(host: Host, kind: ConsultationKind, start: datetime) -> bool:
    return not consultations_between(start - WAY, start + timedelta(minutes=kind.length_minutes) + WAY, [host.id])


def _on_the_half_hour(moment: datetime) -> datetime:
    half_hours = moment.timestamp() // HALF_HOUR.total_seconds()
    return datetime.fromtimestamp(half_hours * HALF_HOUR.total_seconds(), UTC)
