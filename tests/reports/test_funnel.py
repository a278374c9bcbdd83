"""The walk, against a cast counted by hand and against a recount of any histories."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from statistics import median

from flask import Flask
from hypothesis import HealthCheck, given, settings

from app.accounts.models import User
from app.core.db import db, writing
from app.core.language import local_day
from app.leads.models import EventKind, LeadEvent, LeadStage
from app.leads.own_stages import forget_stages, name_of_meaning
from app.leads.stages import WALK, Stage
from app.reports.cells import Share
from app.reports.funnel import Funnel, Step, funnel, funnel_table
from app.reports.periods import Period, Span
from app.reports.scope import Scope
from app.reports.walks import Usual
from tests.conftest import NOW
from tests.reports.histories import History, add_histories, histories
from tests.trials.cast import TODAY

A_DAY = timedelta(days=1)
ALL = Scope(Period(Span.ALL))
LAST_WEEK = Scope(Period(Span.DATES, TODAY - 6 * A_DAY, TODAY))
NEW, CONTACTED, CONSULTATION, TRIAL, DECISION, WON = (*WALK, Stage.WON)


def _walk(*moves: tuple[Stage, float], came_at: datetime = NOW - 30 * A_DAY) -> History:
    return History(came_at, tuple((stage, days * A_DAY) for stage, days in moves))


HISTORIES = (
    _walk(),
    _walk((CONTACTED, 1)),
    _walk((CONTACTED, 3), (Stage.LOST, 4)),
    _walk((TRIAL, 2), (DECISION, 20), (WON, 5)),
    _walk((CONTACTED, 1), (CONSULTATION, 2), (CONTACTED, 3), (CONSULTATION, 4), (Stage.RESTING, 5)),
    _walk((CONTACTED, 2), (WON, 1), (CONTACTED, 1)),
)
"""One new; one contacted; one lost; one that skipped two stages and bought; one back and forth, at rest; one won by
mistake, who stands as contacted."""


def test_the_funnel_is_what_a_careful_person_counts(app: Flask) -> None:
    with writing():
        add_histories(HISTORIES)

    assert funnel(ALL) == Funnel(
        [
            Step("Ny", 6, None, Share(6, 6), 1, Usual(5, 2 * A_DAY)),
            Step("Kontaktad", 5, Share(5, 6), Share(5, 6), 2, Usual(2, 5 * A_DAY)),
            Step("Konsultation", 2, Share(2, 5), Share(2, 6), 0, Usual(1, 8 * A_DAY)),
            Step("Provperiod", 1, Share(1, 2), Share(1, 6), 0, Usual(1, 20 * A_DAY)),
            Step("Beslut", 1, Share(1, 1), Share(1, 6), 0, Usual(1, 5 * A_DAY)),
            Step("Vunnen", 1, Share(1, 1), Share(1, 6), 0, None),
        ],
        lost=1,
        resting=1,
    )


def test_the_table_says_the_same_in_words(app: Flask) -> None:
    with writing():
        add_histories(HISTORIES)

    with app.test_request_context():
        assert funnel_table(funnel(ALL)).as_words() == [
            ["Ny", "6", "–", "100\N{NO-BREAK SPACE}%", "1", "2 dagar", "5"],
            ["Kontaktad", "5", "83\N{NO-BREAK SPACE}%", "83\N{NO-BREAK SPACE}%", "2", "5 dagar", "2"],
            ["Konsultation", "2", "40\N{NO-BREAK SPACE}%", "33\N{NO-BREAK SPACE}%", "0", "8 dagar", "1"],
            ["Provperiod", "1", "1 av 2", "17\N{NO-BREAK SPACE}%", "0", "20 dagar", "1"],
            ["Beslut", "1", "1 av 1", "17\N{NO-BREAK SPACE}%", "0", "5 dagar", "1"],
            ["Vunnen", "1", "1 av 1", "17\N{NO-BREAK SPACE}%", "0", "–", "0"],
        ]


def test_only_leads_that_came_on_the_days_count_and_the_days_are_local_when_clocks_change(app: Flask) -> None:
    first, last = datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)
    moments = (first - timedelta(seconds=1), first, last, last + timedelta(seconds=1))
    with writing():
        add_histories([History(moment) for moment in moments])
    the_long_sunday = date(2026, 10, 25)

    assert funnel(Scope(Period(Span.DATES, the_long_sunday, the_long_sunday))).came == 2


def test_the_leads_of_one_owner_can_be_counted_alone(app: Flask, owner: User, staff: User) -> None:
    with writing():
        mine, theirs, nobodys = add_histories([_walk((CONTACTED, 1)), _walk(), _walk()])
        mine.owner_id, theirs.owner_id = owner.id, staff.id

    found = {user: funnel(Scope(Period(Span.ALL), user)) for user in (owner.id, staff.id)}

    assert [(one.came, one.steps[1].reached) for one in found.values()] == [(1, 1), (1, 0)]
    assert nobodys.owner_id is None


def test_stages_that_the_owner_has_added_are_steps_where_the_owner_put_them(app: Flask, lists_put_back: None) -> None:
    with writing() as session:
        shown = LeadStage(meaning=Stage.CONSULTATION, name_sv="Visad", name_en="", position=3, is_active=True)
        put_away = LeadStage(meaning=Stage.TRIAL, name_sv="Provat", name_en="", position=4, is_active=False)
        session.add_all([shown, put_away])
        session.flush()
        walker, tried = add_histories([_walk(), _walk()])
        for lead, own in ((walker, shown), (tried, put_away)):
            into = {"to_stage": own.meaning, "to_added_stage_id": own.id}
            session.add(LeadEvent(lead=lead, kind=EventKind.STAGE, at=NOW - A_DAY, from_stage=Stage.NEW, **into))
            lead.stage, lead.added_stage_id = own.meaning, own.id
        forget_stages()

    steps = {step.name: (step.reached, step.standing) for step in funnel(ALL).steps}

    assert list(steps) == ["Ny", "Kontaktad", "Konsultation", "Visad", "Provperiod", "Beslut", "Vunnen"]
    assert steps["Visad"] == (2, 1)
    assert steps["Provperiod"] == (1, 1)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=histories())
def test_any_histories_are_counted_as_a_naive_recount_does(app: Flask, found: list[History]) -> None:
    with writing():
        leads = add_histories(found)
    try:
        came = [one for one in found if local_day(one.came_at) > TODAY - 7 * A_DAY]
        assert _counts(funnel(LAST_WEEK)) == _recount(came)
        assert _counts(funnel(ALL)) == _recount(found)
    finally:
        with writing() as session:
            for lead in leads:
                session.delete(db.session.merge(lead))


def _counts(report: Funnel) -> object:
    return [(step.name, step.reached, step.standing, step.usual) for step in report.steps]


def _recount(found: Sequence[History]) -> object:
    order = (*WALK, WON)
    reached: dict[Stage, int] = defaultdict(int)
    stood: dict[Stage, list[timedelta]] = defaultdict(list)
    for history in found:
        seen = [stage for stage, _ in history.stays if stage in WALK] + [history.stands_in] * (history.stands_in is WON)
        for stage in order[: 1 + max(order.index(stage) for stage in seen)]:
            reached[stage] += 1
        for stage in {stage for stage, _ in history.stays} - {history.stands_in}:
            lengths = [length for stays_in, length in history.stays if stays_in is stage and length is not None]
            stood[stage].append(sum(lengths, timedelta()))
    return [
        (
            name_of_meaning(stage),
            reached[stage],
            sum(history.stands_in is stage for history in found) if stage in WALK else 0,
            Usual(len(stood[stage]), median(stood[stage])) if stood[stage] and stage in WALK else None,
        )
        for stage in order
    ]
