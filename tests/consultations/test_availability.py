from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations.availability import FreeTime, free_times, nearest_free, refusals, why_not
from app.consultations.hosts import Host, ImportedBusy, ImportedCalendar
from app.consultations.kinds import ConsultationKind, NoticeUnit, TravelBand
from app.consultations.models import ConsultationState, Hold
from app.consultations.outside_hours import is_outside_hours, those_outside_hours
from app.consultations.slots import Busy, Reason, Refusal
from app.consultations.travel import Travel, travel_to
from app.core.db import db, writing
from app.core.language import local_zone
from app.leads.models import Lead
from tests.conftest import NOW
from tests.consultations.cast import NINE, add_consultation, add_host, add_kind, add_override
from tests.leads.cast import add_contact, add_lead

TUESDAY = date(2026, 11, 24)
NOON = 12 * 60
EVERY_START = ["09.00", "10.00", "11.00"]


@pytest.fixture
def host(owner: User) -> Host:
    """Maj, at home from nine to twelve every day of the week."""
    with writing():
        return add_host(owner, opens=NINE, closes=NOON, weekdays="0123456")


@pytest.fixture
def other_host(staff: User) -> Host:
    """Sixten, at the same hours."""
    with writing():
        return add_host(staff, opens=NINE, closes=NOON, weekdays="0123456")


@pytest.fixture
def kind(host: Host) -> ConsultationKind:
    """An hour, three times a morning."""
    with writing():
        return add_kind(host, length_minutes=60, step_minutes=60)


@pytest.fixture
def lead(app: Flask) -> Lead:
    with writing():
        return add_lead(add_contact())


def at(clock: str, day: date = TUESDAY) -> datetime:
    """That time on the wall, in UTC."""
    hour, minute = map(int, clock.split("."))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=local_zone()).astimezone(UTC)


def offered(kind: ConsultationKind, day: date = TUESDAY, now: datetime = NOW, **more: Any) -> list[str]:
    """The starts of a day as the clock on the wall has them, after checking that each would be accepted too."""
    found = free_times(kind, day, day, now, **more)
    hosts = {host.id: host for host in kind.hosts}
    more.pop("host", None)
    assert [why_not(kind, hosts[time.host_id], time.starts_at, now, **more) for time in found] == [None] * len(found)
    return [f"{time.starts_at.astimezone(local_zone()):%H.%M}" for time in found]


def import_busy(host: Host, starts_at: datetime, ends_at: datetime) -> None:
    calendar = ImportedCalendar(host=host, name="Jobbet", address="https://kalender.example.se/maj.ics")
    db.session.add(calendar)
    db.session.flush()
    db.session.add(ImportedBusy(calendar_id=calendar.id, starts_at=starts_at, ends_at=ends_at))


def hold(kind: ConsultationKind, starts_at: datetime, expires_at: datetime) -> Hold:
    held = Hold(
        nonce=f"{starts_at:%H%M}",
        kind_id=kind.id,
        host_id=kind.hosts[0].id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=kind.length_minutes),
        expires_at=expires_at,
    )
    db.session.add(held)
    return held


def test_free_times_are_those_of_every_host_of_the_kind_or_of_the_one_asked_for(
    kind: ConsultationKind, host: Host, other_host: Host, lead: Lead
) -> None:
    with writing():
        kind.hosts.append(other_host)
        add_consultation(lead, kind, at("10.00"), host=other_host)

    assert free_times(kind, TUESDAY, TUESDAY, NOW) == [
        FreeTime(at("09.00"), host.id),
        FreeTime(at("09.00"), other_host.id),
        FreeTime(at("10.00"), host.id),
        FreeTime(at("11.00"), host.id),
        FreeTime(at("11.00"), other_host.id),
    ]
    assert offered(kind, host=other_host) == ["09.00", "11.00"]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (ConsultationState.REQUESTED, ["09.00", "11.00"]),
        (ConsultationState.BOOKED, ["09.00", "11.00"]),
        (ConsultationState.NO_SHOW, ["09.00", "11.00"]),
        (ConsultationState.COULD_NOT_COME, EVERY_START),
        (ConsultationState.CANCELLED, EVERY_START),
    ],
)
def test_d19_a_booking_takes_its_hour_until_it_is_cancelled(
    kind: ConsultationKind, lead: Lead, state: ConsultationState, expected: list[str]
) -> None:
    with writing():
        add_consultation(lead, kind, at("10.00"), state=state)

    assert offered(kind) == expected


def test_a_booking_of_another_kind_takes_its_hour_with_its_travel_and_its_buffers(
    kind: ConsultationKind, host: Host, lead: Lead
) -> None:
    with writing():
        visit = add_kind(host, slug="besok")
        booked = add_consultation(lead, visit, at("09.30"), travel_minutes=20, buffer_after_minutes=30)

    assert offered(kind) == ["11.00"]
    assert why_not(kind, host, at("10.00"), NOW) == Refusal(Reason.BUSY, Busy(at("09.10"), at("10.20"), 0, 30))
    assert offered(kind, ignoring=booked) == EVERY_START


def test_d18_what_is_booked_outside_the_hours_stays_and_its_hour_is_offered_to_nobody(
    kind: ConsultationKind, host: Host, lead: Lead
) -> None:
    with writing():
        inside = add_consultation(lead, kind, at("09.00"))
        outside = add_consultation(lead, kind, at("10.00"))
        add_override(host, TUESDAY, NINE, 10 * 60 + 30)
        add_override(host, TUESDAY + timedelta(days=1))

    assert those_outside_hours([inside, outside]) == [outside]
    assert is_outside_hours(host, outside.starts_at, outside.ends_at)
    assert not is_outside_hours(host, inside.starts_at, inside.ends_at)
    assert offered(kind) == []
    assert why_not(kind, host, outside.starts_at, NOW) == Refusal(Reason.CLOSED)
    assert why_not(kind, host, at("09.00", TUESDAY + timedelta(days=1)), NOW) == Refusal(Reason.CLOSED)
    assert those_outside_hours([]) == []


def test_d25_of_the_bookings_of_a_day_no_shows_count_and_cancelled_ones_do_not(
    kind: ConsultationKind, host: Host, lead: Lead
) -> None:
    with writing():
        kind.most_per_day = 3
        add_override(host, TUESDAY, NINE, 15 * 60)
        add_consultation(lead, kind, at("09.00"))
        add_consultation(lead, kind, at("10.00"), state=ConsultationState.NO_SHOW)
        add_consultation(lead, kind, at("11.00"), state=ConsultationState.CANCELLED)
        add_consultation(lead, add_kind(host, slug="annat"), at("12.00"))

    assert offered(kind) == ["11.00", "13.00", "14.00"]

    with writing():
        third = add_consultation(lead, kind, at("13.00"))

    assert offered(kind) == []
    assert why_not(kind, host, at("11.00"), NOW) == Refusal(Reason.DAY_FULL)
    assert offered(kind, ignoring=third) == ["11.00", "13.00", "14.00"]
    assert offered(kind, TUESDAY + timedelta(days=1)) == EVERY_START


def test_a_week_is_full_for_the_whole_of_it_whichever_day_is_asked_for(
    kind: ConsultationKind, host: Host, other_host: Host, lead: Lead
) -> None:
    monday, sunday = date(2026, 11, 30), date(2026, 12, 6)
    with writing():
        kind.most_per_week = 2
        kind.hosts.append(other_host)
        add_consultation(lead, kind, at("09.00", monday))
        add_consultation(lead, kind, at("09.00", sunday))

    for day in (monday, monday + timedelta(days=2), sunday):
        assert why_not(kind, host, at("10.00", day), NOW) == Refusal(Reason.WEEK_FULL)
        assert offered(kind, day, host=other_host) == EVERY_START
    assert offered(kind, monday - timedelta(days=1), host=host) == EVERY_START


def test_d26_a_time_that_is_taken_elsewhere_ends_where_ours_may_start(
    kind: ConsultationKind, host: Host, other_host: Host
) -> None:
    with writing():
        import_busy(host, at("08.00"), at("10.00"))
        import_busy(other_host, at("10.00"), at("12.00"))
        import_busy(host, at("00.00", TUESDAY - timedelta(days=30)), at("09.00", TUESDAY - timedelta(days=20)))

    assert offered(kind) == ["10.00", "11.00"]


def test_what_is_taken_elsewhere_for_weeks_takes_every_day_of_them(kind: ConsultationKind, host: Host) -> None:
    with writing():
        import_busy(host, NOW - timedelta(days=20), NOW + timedelta(days=20))

    assert offered(kind) == []


def test_d27_who_is_away_or_holds_the_kind_no_more_is_not_offered(
    kind: ConsultationKind, host: Host, other_host: Host, staff: User
) -> None:
    with writing():
        kind.hosts.append(other_host)
        host.is_active = False

    assert offered(kind, host=host) == []
    assert why_not(kind, host, at("09.00"), NOW) == Refusal(Reason.NOT_HELD)
    assert offered(kind) == EVERY_START

    with writing():
        db.session.get_one(User, staff.id).is_active = False

    assert offered(kind) == []
    assert why_not(kind, other_host, at("09.00"), NOW) == Refusal(Reason.NOT_HELD)

    with writing():
        host.is_active = True
        kind.hosts.remove(host)

    assert why_not(kind, host, at("09.00"), NOW) == Refusal(Reason.NOT_HELD)


def test_a_hold_takes_its_hour_and_counts_until_it_is_over(kind: ConsultationKind, host: Host) -> None:
    with writing():
        kind.buffer_after_minutes = 30
        held = hold(kind, at("10.00"), NOW + timedelta(minutes=10))

    assert offered(kind) == []
    assert why_not(kind, host, at("11.00"), NOW) == Refusal(Reason.BUFFER, Busy(at("10.00"), at("11.00"), 0, 30))
    assert offered(kind, ignoring=held) == EVERY_START
    assert offered(kind, now=NOW + timedelta(minutes=10)) == EVERY_START

    with writing():
        kind.most_per_day, kind.buffer_after_minutes = 1, 0

    assert why_not(kind, host, at("09.00"), NOW) == Refusal(Reason.DAY_FULL)


def test_hours_hold_for_their_days_and_a_day_of_its_own_opens_a_holiday(kind: ConsultationKind, host: Host) -> None:
    christmas_eve, christmas_day = date(2026, 12, 24), date(2026, 12, 25)

    assert offered(kind, christmas_eve) == offered(kind, christmas_day) == []

    with writing():
        host.is_closed_on_eves = False
        add_override(host, christmas_day, 8 * 60, 9 * 60)
        add_override(host, christmas_day, 22 * 60, 25 * 60)

    assert offered(kind, christmas_eve) == EVERY_START
    assert offered(kind, christmas_day) == ["08.00", "22.00", "23.00"]
    assert offered(kind, christmas_day + timedelta(days=1)) == ["00.00"]


def test_what_lies_over_midnight_counts_also_where_one_week_ends_and_the_next_begins(
    kind: ConsultationKind, host: Host, lead: Lead
) -> None:
    sunday, monday = date(2026, 11, 29), date(2026, 11, 30)
    with writing():
        kind.length_minutes = 120
        add_override(host, sunday, 22 * 60, 24 * 60)
        add_override(host, monday, 0, 4 * 60)

    assert (offered(kind, sunday), offered(kind, monday)) == (["22.00", "23.00"], ["00.00", "01.00", "02.00"])

    with writing():
        kind.length_minutes, kind.buffer_after_minutes = 60, 30
        add_consultation(lead, kind, at("00.15", monday))

    assert offered(kind, sunday) == ["22.00"]

    with writing():
        add_consultation(lead, kind, at("22.00", sunday), buffer_after_minutes=210)

    assert offered(kind, monday) == ["03.00"]


def test_days_gone_by_and_days_beyond_the_horizon_have_no_times(kind: ConsultationKind, host: Host) -> None:
    last = TUESDAY + timedelta(days=9)
    with writing():
        kind.horizon_days, kind.notice, kind.notice_unit = 10, 1, NoticeUnit.DAYS

    found = free_times(kind, date.min, date.max, NOW)

    assert [found[0].starts_at, found[-1].starts_at, len(found)] == [at("09.00"), at("11.00", last), 30]
    assert why_not(kind, host, at("09.00", last + timedelta(days=1)), NOW) == Refusal(Reason.TOO_FAR)
    assert why_not(kind, host, datetime.max.replace(tzinfo=UTC) - timedelta(days=1), NOW) == Refusal(Reason.TOO_FAR)
    assert why_not(kind, host, at("11.00", NOW.date()), NOW) == Refusal(Reason.TOO_SOON)
    assert why_not(kind, host, datetime.min.replace(tzinfo=UTC), NOW) == Refusal(Reason.TOO_SOON)


def test_refusals_tell_all_that_we_should_weigh_before_we_book_against_the_rules(
    kind: ConsultationKind, host: Host, lead: Lead
) -> None:
    beyond = TUESDAY + timedelta(days=20)
    with writing():
        kind.horizon_days, kind.most_per_week = 10, 1
        add_consultation(lead, kind, at("10.00", beyond))
        import_busy(host, at("11.30", beyond), at("12.30", beyond))
        host.is_active = False

    assert refusals(kind, host, at("10.40", beyond), NOW) == [
        Refusal(Reason.NOT_HELD),
        Refusal(Reason.OFF_GRID),
        Refusal(Reason.TOO_FAR),
        Refusal(Reason.BUSY, Busy(at("10.00", beyond), at("11.00", beyond))),
        Refusal(Reason.BUSY, Busy(at("11.30", beyond), at("12.30", beyond))),
        Refusal(Reason.WEEK_FULL),
    ]


def test_a_visit_takes_the_way_there_and_back_on_the_days_we_go_there(
    kind: ConsultationKind, host: Host, lead: Lead
) -> None:
    with writing():
        add_consultation(lead, kind, at("12.30"))
        kind.notice = 0
    tuesdays = Travel(60, "1")
    an_hour_before_ten = at("10.00") - timedelta(hours=1, seconds=-1)

    assert offered(kind, travel=tuesdays) == ["09.00", "10.00"]
    assert why_not(kind, host, at("11.00"), NOW, travel=tuesdays) == Refusal(
        Reason.TRAVEL, Busy(at("12.30"), at("13.30"))
    )
    assert why_not(kind, host, at("09.00", date(2026, 11, 25)), NOW, travel=tuesdays) == Refusal(Reason.WEEKDAY)
    assert why_not(kind, host, at("10.00"), an_hour_before_ten, travel=tuesdays) == Refusal(Reason.TOO_SOON)


def test_travel_to_knows_a_postcode_by_its_narrowest_band(app: Flask) -> None:
    with writing() as session:
        session.add(TravelBand(postcode_from="10000", postcode_until="19999", travel_minutes=90, weekdays="13"))
        session.add(TravelBand(postcode_from="11400", postcode_until="11499", travel_minutes=20))

    assert travel_to("114 55") == Travel(20, "0123456")
    assert travel_to("11399") == Travel(90, "13")
    assert [travel_to(words) for words in ("20000", "1145", "114555", "1145x", "１１４５５", "")] == [None] * 6


def test_nearest_free_is_what_lies_closest_on_either_side(kind: ConsultationKind, host: Host, lead: Lead) -> None:
    with writing():
        taken = add_consultation(lead, kind, at("10.00"))
    wednesday = TUESDAY + timedelta(days=1)

    assert nearest_free(kind, at("10.00"), NOW) == [at("09.00"), at("11.00"), at("09.00", wednesday)]
    assert nearest_free(kind, at("10.00"), NOW, count=1, ignoring=taken) == [at("10.00")]
    assert nearest_free(kind, at("11.00", wednesday), NOW, count=2) == [at("10.00", wednesday), at("11.00", wednesday)]


def test_free_times_of_many_hosts_and_bookings_ask_the_database_as_often_as_of_one(
    kind: ConsultationKind, other_host: Host, lead: Lead, count_queries: Callable[[], int]
) -> None:
    last = TUESDAY + timedelta(days=6)

    def found_and_asked() -> tuple[int, int]:
        db.session.refresh(kind)
        count_queries()
        return len(free_times(kind, TUESDAY, last, NOW)), count_queries()

    few = found_and_asked()
    with writing():
        kind.hosts.append(other_host)
        for days in range(7):
            add_consultation(lead, kind, at("10.00", TUESDAY + timedelta(days=days)))
            add_override(other_host, TUESDAY + timedelta(days=days), NINE, 15 * 60)

    assert few == (7 * 3, 6)
    assert found_and_asked() == (7 * 2 + 7 * 6, 6)
