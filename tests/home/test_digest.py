"""What users are told in the morning: when, once, and that silence is kept when there is nothing to say."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import Role, User
from app.consultations.models import ConsultationState
from app.contacts.models import SubjectKind
from app.core.db import db, writing
from app.enquiries.models import Enquiry
from app.enquiries.services import answer
from app.follow_ups.dues import whole_day
from app.follow_ups.models import FollowUpKind
from app.follow_ups.services import plan
from app.home.digest import Week, digest_of, week_before
from app.home.groups import Group
from app.home.jobs import plan_digests
from app.home.mails import KINDS
from app.home.queries import TrialsOfAWeek
from app.leads.models import Lead, LostReason
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.mail.kinds import kind_of
from app.mail.models import Message, MessageClass
from app.mail.outbox import why_not_now
from app.plans.services import advance, start
from app.trials.models import TrialState
from tests.conftest import NOW
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.enquiries.letters import add_article, recorded, sent
from tests.leads.cast import add_contact, add_lead
from tests.mail.texts import expect_whole
from tests.plans.cast import make_lead, make_plan
from tests.trials.cast import add_trial

EXPECTED = Path(__file__).parent / "expected"
CANARIES = ("KANARIEFAGEL", "Nackspärr", "Siv", "Saga", "070-174 06 21")
STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONDAY_AT_SEVEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 23)
NAMES = ("Siv Lund", "Bo Ask", "Eva Rask")
LAST_WEEK = MONDAY_AT_SEVEN - timedelta(days=5)
BEFORE = NOW - timedelta(days=30)


@pytest.fixture
def maj(owner: User) -> User:
    """Maj, who has been here for a month."""
    with writing():
        owner.created_at = BEFORE
    return owner


def _planned(kind: str = "digest") -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Message).where(Message.kind == kind).order_by(Message.due_at, Message.id)))


def _why_not(kind: str) -> str | None:
    [message] = _planned(kind)
    return kind_of(kind).why_not(message)


def test_a_digest_is_planned_once_a_day_at_seven(app: Flask, maj: User) -> None:
    planned = [plan_digests(MONDAY_AT_SEVEN + timedelta(days=1, minutes=minutes)) for minutes in (-1, 0, 1, 600)]

    assert planned == [0, 1, 0, 0]
    [digest] = _planned()
    assert (digest.dedupe_key, digest.address) == (f"digest:u{maj.id}:2026-11-24", maj.email)
    assert digest.due_at == MONDAY_AT_SEVEN + timedelta(days=1)


def test_on_mondays_the_week_is_told_of_as_well(app: Flask, maj: User, staff: User) -> None:
    with writing():
        maj.wants_heartbeat, staff.created_at, staff.wants_digest = True, BEFORE, False

    plan_digests(MONDAY_AT_SEVEN)

    keys = sorted(db.session.scalars(sa.select(Message.dedupe_key)))
    assert keys == [
        f"digest:u{maj.id}:2026-11-23",
        f"weekly_heartbeat:u{maj.id}:2026-11-23",
        f"weekly_summary:u{maj.id}:2026-11-23",
        f"weekly_summary:u{staff.id}:2026-11-23",
    ]


def test_whoever_has_come_or_asked_since_seven_waits_until_tomorrow(app: Flask, maj: User, staff: User) -> None:
    with writing():
        maj.notices_chosen_at = MONDAY_AT_SEVEN + timedelta(minutes=1)

    assert staff.created_at > MONDAY_AT_SEVEN
    assert plan_digests(NOW) == 0


def test_quiet_hours_do_not_hold_a_digest(app: Flask, maj: User) -> None:
    with writing():
        maj.quiet_from, maj.quiet_until = time(22, 0), time(9, 0)

    plan_digests(MONDAY_AT_SEVEN)

    assert [digest.due_at for digest in _planned()] == [MONDAY_AT_SEVEN]


def test_a_digest_comes_up_to_five_hours_late(app: Flask, maj: User) -> None:
    recorded(at=LAST_WEEK)
    back = MONDAY_AT_SEVEN + timedelta(hours=4.9)
    plan_digests(back)

    [digest] = _planned()
    stopped = [why_not_now(digest, back + timedelta(hours=more)) for more in (0, 0.1)]

    assert [move and move.state for move in stopped] == [None, "expired"]


def test_a_digest_that_would_be_too_late_is_not_planned(app: Flask, maj: User) -> None:
    planned = [plan_digests(MONDAY_AT_SEVEN + timedelta(days=1, hours=hours)) for hours in (5, 12, 24)]

    assert planned == [0, 0, 1]
    assert [digest.due_at for digest in _planned()] == [MONDAY_AT_SEVEN + timedelta(days=2)]


@pytest.mark.parametrize("last_day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_nights_when_clocks_move_have_one_digest_for_each_date(app: Flask, maj: User, last_day: date) -> None:
    noon = datetime.combine(last_day, time(12, 0), UTC)
    with writing():
        maj.created_at = noon

    for minutes in range(0, 48 * 60, 10):
        plan_digests(noon + timedelta(minutes=minutes))

    local = [digest.due_at.astimezone(STOCKHOLM) for digest in _planned()]
    assert [(moment.date(), moment.time()) for moment in local] == [
        (last_day + timedelta(days=days), time(7, 0)) for days in (1, 2)
    ]


def test_two_schedulers_plan_one_digest(app: Flask, maj: User) -> None:
    together = threading.Barrier(4)

    def tick() -> None:
        with app.app_context():
            together.wait(60)
            plan_digests(MONDAY_AT_SEVEN)
            db.session.remove()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(_planned()) == 1


def test_nothing_to_say_is_no_mail(app: Flask, maj: User) -> None:
    plan_digests(MONDAY_AT_SEVEN)

    assert (_why_not("digest"), _why_not("weekly_summary")) == ("nothing to say", "nothing to say")


def _something_to_say(maj: User) -> None:
    enquiry = recorded(at=LAST_WEEK)
    with writing():
        answer(enquiry.lead, "Två veckor.", maj, LAST_WEEK + timedelta(hours=1))


@pytest.mark.parametrize(
    ("wants_summary", "has_news", "reason"),
    [
        (True, False, None),
        (True, True, "said elsewhere"),
        (False, True, None),
    ],
)
def test_a_sign_of_life_comes_when_the_week_is_not_told_of(
    app: Flask, maj: User, wants_summary: bool, has_news: bool, reason: str | None
) -> None:
    with writing():
        maj.wants_heartbeat, maj.wants_weekly_summary = True, wants_summary
    if has_news:
        _something_to_say(maj)

    plan_digests(MONDAY_AT_SEVEN)

    assert _why_not("weekly_heartbeat") == reason


def test_a_change_of_mind_stops_what_is_planned(app: Flask, maj: User) -> None:
    with writing():
        maj.wants_heartbeat = True
    plan_digests(MONDAY_AT_SEVEN)
    kinds = [kind.name for kind in KINDS]

    with writing():
        maj.wants_digest = maj.wants_weekly_summary = maj.wants_heartbeat = False
    unwanted = [_why_not(kind) for kind in kinds]
    with writing():
        maj.is_active = False

    assert unwanted == ["not wanted"] * 3
    assert [_why_not(kind) for kind in kinds] == ["gone"] * 3


def test_a_week_counts_what_came_was_answered_and_was_closed(app: Flask, maj: User) -> None:
    monday = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    letters = [
        recorded(sent(name=name, email=f"{number}@example.com"), monday + timedelta(days=days))
        for number, (name, days) in enumerate({"A B": -1, "C D": 0, "E F": 0, "G H": 1, "I J": 4, "K L": 7}.items())
    ]
    lost = db.session.scalars(sa.select(LostReason)).first()
    with writing():
        for letter, hours in ((letters[1], 2), (letters[2], 50)):
            answer(letter.lead, "Två veckor.", maj, letter.received_at + timedelta(hours=hours))
        move_to_stage(_lead(letters[1]), Stage.WON, maj, monday + timedelta(days=3))
        move_to_stage(_lead(letters[0]), Stage.LOST, maj, monday + timedelta(days=8), lost_reason=lost)

    week = week_before(date(2026, 11, 23))

    assert week == Week(
        date(2026, 11, 16),
        enquiries=4,
        answered_in_time=1,
        answered_late=2,
        won=1,
        lost=0,
        adrift=0,
        trials=TrialsOfAWeek(begun=0, ended=0, bought=0, late=0),
    )


def _lead(letter: Enquiry) -> object:
    assert letter.lead
    return letter.lead


def _full_day(maj: User) -> None:
    article = add_article(slug="nackspaerr", title="Nackspärr")
    enquiry = recorded(
        sent("KANARIEFAGEL", subject_kind=SubjectKind.HORSE, subject_name="Saga", article_id=article.id), LAST_WEEK
    )
    recorded(sent(name="Bo Ek", email="bo@example.com"), MONDAY_AT_SEVEN - timedelta(hours=2))
    with writing():
        answer(enquiry.lead, "KANARIEFAGEL", maj, LAST_WEEK + timedelta(hours=1))
        met = add_lead(add_contact("Åsa Öberg"), now=LAST_WEEK)
        called = add_lead(add_contact("Ulf Alm", "070-174 06 22"), now=LAST_WEEK)
        plan(called, FollowUpKind.CALL, NOW + timedelta(hours=2), BEFORE, title="KANARIEFAGEL")
        for kind, day in ((FollowUpKind.VISIT, date(2026, 11, 20)), (FollowUpKind.MAIL, date(2026, 11, 23))):
            plan(called, kind, whole_day(day, STOCKHOLM).at, BEFORE, due_on=day, title="KANARIEFAGEL")
        move_to_stage(met, Stage.WON, maj, LAST_WEEK)
        add_lead(add_contact("Disa Lund", "070-174 06 23"), now=LAST_WEEK)
        bo = _colleague()
        _talks_of(maj, bo, called)
        _trials_of(maj, bo, called)
        advance(start(make_plan(1), make_lead(), maj, BEFORE), LAST_WEEK)
    plan_digests(MONDAY_AT_SEVEN)


def _colleague() -> User:
    """Somebody else's doings are not Maj's to be told of."""
    bo = User(name="Bo", email="bo@example.se", email_key="bo@example.se", role=Role.STAFF, created_at=BEFORE)
    bo.wants_digest = bo.wants_weekly_summary = False
    db.session.add(bo)
    db.session.flush()
    return bo


def _talks_of(maj: User, bo: User, lead: Lead) -> None:
    """One not told of, one today, one tomorrow, one that waits for a yes, and one of somebody else's."""
    kind = add_kind(add_host(maj), name_sv="KANARIEFAGEL")
    for days, state in ((-3, "booked"), (0, "booked"), (1, "booked"), (2, "requested"), (0, "cancelled")):
        starts_at = NOW + timedelta(days=days, hours=3)
        add_consultation(lead, kind, starts_at, state=ConsultationState(state), wishes="KANARIEFAGEL")
    add_consultation(lead, kind, NOW + timedelta(hours=5), host=add_host(bo))


def _trials_of(maj: User, bo: User, lead: Lead) -> None:
    """One to hand over today, one that ends today, one that is late, one of somebody else's, one sold last week."""
    today = date(2026, 11, 23)
    days = {"starts_on": today - timedelta(days=20), "handed_over_at": BEFORE}
    for state, ends_on, owner in (
        (TrialState.OUT, today, maj),
        (TrialState.DECISION, today - timedelta(days=3), None),
        (TrialState.DECISION, today - timedelta(days=4), bo),
        (TrialState.OUT, today + timedelta(days=1), maj),
    ):
        add_trial(lead, state=state, ends_on=ends_on, owner=owner, wishes="KANARIEFAGEL", **days)
    add_trial(lead, state=TrialState.AGREED, owner=maj)
    sold = {**days, "handed_over_at": LAST_WEEK, "settled_at": LAST_WEEK}
    add_trial(lead, state=TrialState.BOUGHT, sold_on=LAST_WEEK.date(), **sold)
    add_trial(lead, state=TrialState.NOT_BOUGHT, **{**sold, "handed_over_at": BEFORE})
    add_trial(lead, state=TrialState.CANCELLED, settled_at=LAST_WEEK)


def _quiet_week(maj: User) -> None:
    with writing():
        maj.wants_heartbeat = True
    plan_digests(MONDAY_AT_SEVEN)


def _busy_week_untold(maj: User) -> None:
    _something_to_say(maj)
    with writing():
        maj.wants_heartbeat, maj.wants_weekly_summary = True, False
    plan_digests(MONDAY_AT_SEVEN)


CAUSES: dict[str, tuple[str, Callable[[User], None]]] = {
    "digest": ("digest", _full_day),
    "weekly_summary": ("weekly_summary", _full_day),
    "weekly_heartbeat": ("weekly_heartbeat", _quiet_week),
    "heartbeat_of_a_busy_week": ("weekly_heartbeat", _busy_week_untold),
}


def test_every_kind_of_mail_is_compared_and_goes_to_ourselves() -> None:
    assert {kind.name for kind in KINDS} == {kind for kind, _ in CAUSES.values()}
    assert {kind.message_class for kind in KINDS} == {MessageClass.INTERNAL}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", CAUSES)
def test_the_whole_mail(app: Flask, maj: User, name: str, language: str) -> None:
    kind, cause = CAUSES[name]
    cause(maj)
    [message] = _planned(kind)

    expect_whole(message, language, EXPECTED / name, CANARIES)


def test_a_digest_holds_what_falls_to_its_reader_and_to_nobody(app: Flask, maj: User, staff: User) -> None:
    letters = [recorded(sent(name=name, email=f"{name.split()[0].lower()}@example.se"), LAST_WEEK) for name in NAMES]
    with writing():
        for letter, owner in zip(letters, (maj, staff, None), strict=True):
            assert letter.lead is not None
            letter.lead.owner = owner

    told = {
        user.name: [
            (part.group, [row.about.enquiry.name for row in part.rows]) for part in digest_of(user, MONDAY).parts
        ]
        for user in (maj, staff)
    }

    assert told == {
        maj.name: [(Group.ANSWERS, ["Siv Lund", "Eva Rask"])],
        staff.name: [(Group.ANSWERS, ["Bo Ask", "Eva Rask"])],
    }
