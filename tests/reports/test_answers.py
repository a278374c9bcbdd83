"""How soon we answer, against letters counted by hand and against a recount of any letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from statistics import median

import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.accounts.models import User
from app.core.db import db, writing
from app.core.language import local_day
from app.enquiries.deadlines import answer_due_at
from app.enquiries.models import Enquiry, EnquiryState, EnquiryWay
from app.leads.models import CallOutcome, EventKind, Lead, LeadEvent
from app.reports.answers import Answers, HowSoon, how_soon, months_table, weekdays_table
from app.reports.cells import Share
from app.reports.periods import Period, Span
from app.reports.scope import Scope
from app.reports.walks import Usual
from tests.conftest import NOW
from tests.leads.cast import add_contact, add_lead

ALL = Scope(Period(Span.ALL))
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """When it came, how long until a first word (None: none yet), and where it stands."""

    received_at: datetime
    waited: timedelta | None
    state: EnquiryState = EnquiryState.OPEN
    word: EventKind = EventKind.ANSWER


def _add(letters: Sequence[Letter]) -> list[Lead]:
    contact = add_contact()
    leads = []
    for number, letter in enumerate(letters):
        lead = add_lead(contact, now=letter.received_at)
        facts = {"reference": f"LT-{number}", "nonce": f"n{number}", "name": "Siv", "message": "Hej", "language": "sv"}
        db.session.add(Enquiry(lead=lead, received_at=letter.received_at, state=letter.state, **facts))
        for outcome in (CallOutcome.NO_ANSWER, CallOutcome.ANSWERED) if letter.word is EventKind.CALL else (None,):
            if letter.waited is not None:
                earlier = AN_HOUR / 60 if outcome is CallOutcome.NO_ANSWER else timedelta()
                at = letter.received_at + letter.waited - min(earlier, letter.waited)
                db.session.add(LeadEvent(lead=lead, kind=letter.word, outcome=outcome, at=at))
        leads.append(lead)
    db.session.flush()
    return leads


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November by UTC; the clock on the wall says an hour more."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


LETTERS = (
    Letter(_at(16, 9), 2 * AN_HOUR, EnquiryState.ANSWERED),
    Letter(_at(16, 9), 31 * AN_HOUR, EnquiryState.ANSWERED),
    Letter(_at(16, 9), 31 * AN_HOUR + timedelta(seconds=1), EnquiryState.ANSWERED),
    Letter(_at(20, 20), 64 * AN_HOUR, EnquiryState.ANSWERED, EventKind.CALL),
    Letter(_at(22, 23, 30), AN_HOUR / 2, EnquiryState.ANSWERED),
    Letter(_at(17, 9), None),
    Letter(_at(23, 8), None),
    Letter(_at(18, 9), None, EnquiryState.CLOSED),
    Letter(_at(18, 9), AN_HOUR, EnquiryState.QUARANTINED),
)
"""Three on a Monday: at once, at five the day after, and a second later; one late on a Friday, called the Monday after;
one half past midnight of a Monday; one that has waited too long; one of today; one that needed no answer; and spam."""


def test_the_waits_are_what_a_careful_person_counts(app: Flask) -> None:
    with writing():
        _add(LETTERS)

    with app.test_request_context():
        report = how_soon(ALL, NOW)

    assert report is not None
    assert report.all == Answers("Alla", 8, 5, Share(4, 6), Share(2, 6), Usual(5, 31 * AN_HOUR))
    assert (report.waiting, report.late, report.closed) == (2, 1, 1)
    assert report.by_weekday == [
        Answers("måndag", 5, 4, Share(3, 4), Share(2, 4), Usual(4, 16 * AN_HOUR + AN_HOUR / 2)),
        Answers("tisdag", 1, 0, Share(0, 1), Share(0, 1), None),
        Answers("onsdag", 1, 0, Share(0, 0), Share(0, 0), None),
        Answers("torsdag", 0, 0, Share(0, 0), Share(0, 0), None),
        Answers("fredag", 1, 1, Share(1, 1), Share(0, 1), Usual(1, 64 * AN_HOUR)),
        Answers("lördag", 0, 0, Share(0, 0), Share(0, 0), None),
        Answers("söndag", 0, 0, Share(0, 0), Share(0, 0), None),
    ]


def test_the_months_are_those_of_the_period_and_twelve_at_most(app: Flask) -> None:
    dates = (datetime(2025, 10, 31, 22, 59, tzinfo=UTC), datetime(2025, 11, 30, 23, tzinfo=UTC), _at(2, 9))
    with writing():
        _add([Letter(moment, AN_HOUR) for moment in dates])

    with app.test_request_context():
        report = how_soon(ALL, NOW)

    assert report is not None
    found = [(one.words, one.received, one.usual and one.usual.count) for one in report.by_month]
    assert found[0] == ("dec", 1, 1)
    assert [words for words, _, _ in found][1:3] == ["jan 2026", "feb"]
    assert found[-1] == ("nov", 1, 1)
    assert len(found) == 12


def test_replies_on_the_private_page_and_letters_of_others_do_not_count(app: Flask, owner: User) -> None:
    with writing():
        leads = _add([Letter(_at(16, 9), AN_HOUR), Letter(_at(16, 9), AN_HOUR), Letter(_at(16, 9), AN_HOUR)])
        leads[0].owner_id = leads[1].owner_id = owner.id
        reply = db.session.scalars(sa.select(Enquiry).where(Enquiry.lead_id == leads[1].id)).one()
        reply.way = EnquiryWay.REPLY

    with app.test_request_context():
        report = how_soon(Scope(Period(Span.ALL), owner.id), NOW)

    assert report is not None
    assert report.all.received == 1


def test_nobody_wrote(app: Flask) -> None:
    with app.test_request_context():
        assert how_soon(ALL, NOW) is None


def test_the_tables_say_the_same(app: Flask) -> None:
    with writing():
        _add(LETTERS[:2])

    with app.test_request_context():
        report = how_soon(ALL, NOW)
        assert report is not None
        assert list(weekdays_table(report).in_file())[:2] == [
            [
                *("Kom in", "Förfrågningar", "Besvarade", "Mediantid (timmar)"),
                *("Inom en arbetsdag (%)", "Inom ett dygn (%)"),
            ],
            ["måndag", 2, 2, "16,5", "100,0", "50,0"],
        ]
        assert months_table(report).as_words() == [["nov", "2", "2", "16 timmar", "2 av 2", "1 av 2"]]


MINUTES = st.integers(0, 60 * 24 * 60)
LETTER = st.builds(
    Letter,
    MINUTES.map(lambda minutes: NOW - timedelta(minutes=minutes)),
    st.none() | st.integers(0, 5 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)),
    st.sampled_from([EnquiryState.OPEN, EnquiryState.ANSWERED, EnquiryState.CLOSED]),
    st.sampled_from([EventKind.ANSWER, EventKind.CALL]),
)
"""From the end of September on, so that the clocks are moved among them."""


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(letters=st.lists(LETTER, min_size=1, max_size=10))
def test_any_letters_are_counted_as_a_naive_recount_does(app: Flask, letters: list[Letter]) -> None:
    with writing():
        leads = _add(letters)
    try:
        with app.test_request_context():
            report = how_soon(ALL, NOW)
            assert report is not None
            assert _figures(report) == _recount(letters)
    finally:
        with writing() as session:
            for lead in leads:
                session.delete(db.session.merge(lead))


def _figures(report: HowSoon) -> object:
    rows = [report.all, *report.by_weekday, *(one for one in report.by_month if one.received)]
    found = [(one.received, one.answered, one.promised, one.within_a_day, one.usual_wait) for one in rows]
    return found, report.waiting, report.late, report.closed


def _recount(letters: Sequence[Letter]) -> object:
    days = [(local_day(one.received_at), one) for one in letters]
    months: list[date] = sorted({day.replace(day=1) for day, _ in days})
    groups = [
        list(letters),
        *([one for day, one in days if day.weekday() == weekday] for weekday in range(7)),
        *([one for day, one in days if day.replace(day=1) == month] for month in months),
    ]
    waiting = [one for one in letters if one.waited is None and one.state is EnquiryState.OPEN]
    late = [one for one in waiting if answer_due_at(one.received_at) < NOW]
    closed = [one for one in letters if one.waited is None and one.state is not EnquiryState.OPEN]
    return [_figures_of(group) for group in groups], len(waiting), len(late), len(closed)


def _figures_of(group: Sequence[Letter]) -> object:
    answered = [(one, one.waited) for one in group if one.waited is not None]
    waiting = [one for one in group if one.waited is None and one.state is EnquiryState.OPEN]
    in_time = [one for one, waited in answered if one.received_at + waited <= answer_due_at(one.received_at)]
    overdue = [one for one in waiting if answer_due_at(one.received_at) < NOW]
    quick = [one for one, waited in answered if waited <= A_DAY]
    old = [one for one in waiting if one.received_at < NOW - A_DAY]
    return (
        len(group),
        len(answered),
        Share(len(in_time), len(answered) + len(overdue)),
        Share(len(quick), len(answered) + len(old)),
        median(waited for _, waited in answered) if answered else None,
    )
