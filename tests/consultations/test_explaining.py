from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.explaining import why_unseen
from app.consultations.hosts import Host
from app.consultations.hours import change_week
from app.consultations.kinds import ConsultationKind, NoticeUnit
from app.consultations.preview import DayNote, coming_weeks, half_hours
from app.consultations.windows import HoursOfDay, WeeklyHours
from app.core.db import writing
from tests.conftest import NOW
from tests.consultations.cast import TOMORROW_AT_NINE, add_consultation, add_host, add_kind, add_override
from tests.plans.cast import make_lead

HOUR = timedelta(hours=1)
TUESDAY = date(2026, 11, 24)


def why(app: Flask, kind: ConsultationKind, start: datetime, host: Host | None = None) -> str:
    with app.test_request_context():
        return why_unseen(kind, host or kind.hosts[0], start, NOW)


@pytest.fixture
def host(app: Flask, owner: User) -> Host:
    with writing():
        return add_host(owner)


@pytest.mark.parametrize(
    ("facts", "after", "words"),
    [
        ({"is_published": False}, 0 * HOUR, "Konsultationstypen är dold, så inga av dess tider syns."),
        ({}, 0 * HOUR, "Den tiden syns, och går att boka."),
        ({}, -HOUR, "30 minuter från då ryms inte i dagens tider: 09.00–17.00."),
        ({"length_minutes": 60}, 7.5 * HOUR, "1 timme från då ryms inte i dagens tider: 09.00–17.00."),
        ({}, 96 * HOUR, "Inga tider på lördagar. Lägg till dem under Veckan."),
        ({"step_minutes": 60}, HOUR / 2, "Tiderna börjar med 1 timme mellanrum från när dagen öppnar."),
        ({"notice": 24}, 0 * HOUR, "Det är för nära inpå: den bokas senast 24 timmar före."),
        (
            {"notice": 2, "notice_unit": NoticeUnit.DAYS},
            0 * HOUR,
            "Det är för nära inpå: den bokas senast 2 dagar före.",
        ),
        ({"horizon_days": 7}, 14 * 24 * HOUR, "Det är för långt fram: den bokas tidigast 7 dagar före."),
        ({}, 30 * 24 * HOUR, "Det är helgdagsafton, och då är det stängt."),
        ({}, 31 * 24 * HOUR, "Det är helgdag, och då är det stängt."),
    ],
)
def test_a_rule_is_told_in_a_sentence_with_what_to_change(
    app: Flask, host: Host, facts: dict[str, Any], after: timedelta, words: str
) -> None:
    with writing():
        kind = add_kind(host, **facts)

    assert why(app, kind, TOMORROW_AT_NINE + after).startswith(words)


def test_what_is_taken_says_when_and_what_is_too_near_says_to_what(app: Flask, host: Host) -> None:
    with writing():
        kind = add_kind(host)
        add_consultation(make_lead(), kind, buffer_after_minutes=45)

    assert why(app, kind, TOMORROW_AT_NINE).startswith("09.00–09.30 är redan upptaget.")
    assert "det ska vara lugnt emellan, upp till 45 minuter." in why(app, kind, TOMORROW_AT_NINE + HOUR)


@pytest.mark.parametrize(
    ("limit", "words"), [("most_per_day", "Dagen är full: högst 1 om dagen."), ("most_per_week", "Veckan är full")]
)
def test_a_full_day_and_a_full_week_say_how_many(app: Flask, host: Host, limit: str, words: str) -> None:
    with writing():
        kind = add_kind(host, **{limit: 1})
        add_consultation(make_lead(), kind)

    assert why(app, kind, TOMORROW_AT_NINE + 3 * HOUR).startswith(words)


def test_a_day_that_was_closed_says_where_to_open_it(app: Flask, host: Host) -> None:
    with writing():
        kind = add_kind(host)
        add_override(host, TUESDAY)

    assert why(app, kind, TOMORROW_AT_NINE).startswith("Dagen är stängd. Ta bort den under Dagar som avviker")


def test_somebody_who_does_not_hold_it_or_is_paused_says_so(app: Flask, host: Host, staff: User) -> None:
    with writing():
        kind, other = add_kind(host), add_host(staff)

    assert why(app, kind, TOMORROW_AT_NINE, other).startswith("Sixten Alm håller inte den här konsultationen.")
    with writing():
        other.is_active = False
    assert why(app, kind, TOMORROW_AT_NINE, other).startswith("Besökare kan inte boka de här tiderna just nu.")


def test_four_weeks_say_how_many_times_a_day_has_and_why_none(app: Flask, host: Host) -> None:
    with writing():
        kind = add_kind(host, horizon_days=20, length_minutes=60, step_minutes=60)
        add_override(host, date(2026, 11, 26))
        add_override(host, date(2026, 11, 27), 9 * 60, 10 * 60)
        add_consultation(make_lead(), kind, TOMORROW_AT_NINE + 72 * HOUR)

    weeks = coming_weeks(kind, host, NOW)

    assert [len(week) for week in weeks] == [7, 7, 7, 7]
    assert [(len(day.starts), day.note) for day in weeks[0]] == [
        (0, DayNote.NONE_LEFT),
        (8, None),
        (8, None),
        (0, DayNote.CLOSED),
        (0, DayNote.NONE_LEFT),
        (0, DayNote.CLOSED),
        (0, DayNote.CLOSED),
    ]
    assert weeks[3][1].note is DayNote.TOO_FAR


def test_days_gone_by_have_nothing_to_show(app: Flask, host: Host) -> None:
    with writing():
        kind = add_kind(host)

    weeks = coming_weeks(kind, host, NOW + timedelta(days=2))

    assert [day.note for day in weeks[0]][:2] == [DayNote.GONE, DayNote.GONE]


def test_a_days_half_hours_reach_over_its_hours_and_hold_every_free_start(app: Flask, host: Host) -> None:
    with writing():
        kind = add_kind(host, length_minutes=30, step_minutes=45)
        change_week(host, [WeeklyHours(1, *HoursOfDay(7 * 60, 9 * 60)), WeeklyHours(1, *HoursOfDay(19 * 60, 20 * 60))])
    day = coming_weeks(kind, host, NOW)[0][1]

    shown = half_hours(day, host)

    clocks = {f"{each.clock:%H.%M}": each.is_free for each in shown}
    assert list(clocks)[:3] == ["07.00", "07.30", "07.45"]
    assert (list(clocks)[-1], clocks["12.00"]) == ("20.00", False)
    assert [clock for clock, is_free in clocks.items() if is_free] == ["07.00", "07.45", "08.30", "19.00"]
