from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.consultations.booking import Booker, Details
from app.consultations.cells import cells_of
from app.consultations.ending import cancel
from app.consultations.hosts import Host
from app.consultations.kinds import ConsultationKind, Place, TravelBand
from app.consultations.models import Consultation, ConsultationState
from app.consultations.queries import by_nonce, changes_of, consultation_to_change
from app.consultations.refusals import NotOffered, TimeTaken
from app.consultations.services import book, book_for, move
from app.consultations.travel import Travel
from app.contacts.models import Consent, Contact
from app.contacts.services import person
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind, Lead
from app.leads.services import move_to_stage
from app.leads.stages import Stage
from app.mail.models import Message, MessageState
from tests.conftest import NOW
from tests.consultations.cast import (
    A_DAY,
    BO,
    HALF_AN_HOUR,
    NINE,
    SIV,
    TOMORROW_AT_NINE,
    add_consultation,
    add_kind,
    add_override,
    cells,
    events_of,
    is_offered,
)
from tests.leads.cast import add_contact, add_lead

# A visitor books


def test_a_booking_keeps_its_moment_its_wall_clock_and_its_place(kind: ConsultationKind, host: Host) -> None:
    details = Details(
        phone="070-174 06 21", visitor_zone="America/New_York", wishes="Benen", answers=(("Ålder?", "61"),)
    )

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", SIV, details, NOW)

    assert (booking.starts_at, booking.ends_at) == (TOMORROW_AT_NINE, TOMORROW_AT_NINE + HALF_AN_HOUR)
    assert (booking.wall_clock, booking.zone) == ("2026-11-24T09:00", "Europe/Stockholm")
    assert (booking.host, booking.place, booking.state) == (host, Place.PHONE, ConsultationState.BOOKED)
    assert (booking.email, booking.phone, booking.visitor_zone) == (
        "siv@example.se",
        "070-174 06 21",
        "America/New_York",
    )
    assert [(answer.question, answer.answer) for answer in booking.answers] == [("Ålder?", "61")]
    assert list(cells(host)) == list(cells_of(booking))
    assert len(cells(host)) == 6


def test_a_stranger_who_books_becomes_a_contact_with_a_lead_and_a_consent(kind: ConsultationKind) -> None:
    stranger = Booker(person("Siv Lund", "siv@example.se"), consent_version="2026-1", tips_version="2026-1")

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", stranger, Details(), NOW)

    lead = booking.lead
    assert (lead.contact.name, lead.stage, lead.next_step_at) == ("Siv Lund", Stage.CONSULTATION, TOMORROW_AT_NINE)
    assert events_of(lead) == [EventKind.CONSULTATION_BOOKED, EventKind.STAGE]
    consents = db.session.execute(sa.select(Consent.purpose, Consent.source).order_by(Consent.id)).all()
    assert [tuple(consent) for consent in consents] == [("answer", "booking"), ("tips", "booking")]


def test_identity_numbers_are_blotted_out(kind: ConsultationKind) -> None:
    number = "19811218-9876"
    stranger = Booker(person(f"Siv {number}", "siv@example.se"))
    details = Details(wishes=f"Jag är {number}.", answers=(("Född?", number),))

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", stranger, details, NOW)

    assert booking.lead.contact.name == "Siv [personnummer borttaget]"
    assert booking.wishes == "Jag är [personnummer borttaget]."
    assert booking.answers[0].answer == "[personnummer borttaget]"


def test_somebody_known_books_on_the_lead_they_have(kind: ConsultationKind, lead: Lead) -> None:
    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", SIV, Details(), NOW)

    assert booking.lead == lead
    assert lead.stage is Stage.CONSULTATION
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 1


def test_a_lead_that_has_come_to_its_end_begins_anew(kind: ConsultationKind, lead: Lead, owner: User) -> None:
    with writing():
        move_to_stage(lead, Stage.WON, owner, NOW)

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW)

    assert booking.lead != lead
    assert (booking.lead.contact, booking.lead.subject) == (lead.contact, lead.subject)
    assert (booking.lead.stage, lead.stage) == (Stage.CONSULTATION, Stage.WON)


def test_a_resting_lead_wakes_and_one_who_tries_already_stays_there(
    kind: ConsultationKind, lead: Lead, owner: User
) -> None:
    with writing():
        move_to_stage(lead, Stage.RESTING, owner, NOW, rests_until_on=(NOW + 30 * A_DAY).date())
        trying = add_lead(add_contact("Bo Ek", "070-174 06 22"))
        move_to_stage(trying, Stage.TRIAL, owner, NOW)

    with writing():
        book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW)
        book(kind, TOMORROW_AT_NINE + HALF_AN_HOUR, "other form", trying, Details(), NOW)

    assert (lead.stage, lead.rests_until_on) == (Stage.CONSULTATION, None)
    assert trying.stage is Stage.TRIAL


def test_a_visitors_booking_is_heard_and_ours_is_not(kind: ConsultationKind, host: Host, owner: User) -> None:
    later = NOW + timedelta(hours=1)
    with writing():
        siv, bo = add_lead(add_contact()), add_lead(add_contact("Bo Ek", "070-174 06 22"))

    with writing():
        book(kind, TOMORROW_AT_NINE, "form", siv, Details(), later)
        book_for(bo, kind, host, TOMORROW_AT_NINE + HALF_AN_HOUR, Details(), owner, later)

    assert (siv.heard_at, bo.heard_at) == (later, NOW)


@pytest.mark.parametrize(
    ("needs_confirming", "is_suspect", "state"),
    [
        (False, False, ConsultationState.BOOKED),
        (True, False, ConsultationState.REQUESTED),
        (False, True, ConsultationState.REQUESTED),
    ],
)
def test_what_a_host_must_confirm_is_requested(
    host: Host, needs_confirming: bool, is_suspect: bool, state: ConsultationState
) -> None:
    with writing():
        kind = add_kind(host, needs_confirming=needs_confirming)

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", Booker(SIV.who, is_suspect=is_suspect), Details(), NOW)

    assert (booking.state, booking.is_suspect) == (state, is_suspect)
    assert not is_offered(kind, TOMORROW_AT_NINE)
    is_requested = state is ConsultationState.REQUESTED
    told = EventKind.CONSULTATION_REQUESTED if is_requested else EventKind.CONSULTATION_BOOKED
    assert told in events_of(booking.lead)


def test_the_host_with_the_fewest_bookings_of_that_week_gets_it(host: Host, other_host: Host, lead: Lead) -> None:
    with writing():
        kind = add_kind(host, other_host)
        add_consultation(lead, kind, TOMORROW_AT_NINE + A_DAY, host)
        for weeks in (1, 2):
            add_consultation(lead, kind, TOMORROW_AT_NINE + weeks * 7 * A_DAY, other_host)
        add_consultation(lead, kind, TOMORROW_AT_NINE, other_host, state=ConsultationState.CANCELLED)

    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW)

    assert booking.host == other_host


def test_a_host_is_never_given_two_hours_that_touch_and_the_next_visitor_gets_the_other(
    host: Host, other_host: Host
) -> None:
    with writing():
        kind = add_kind(host, other_host)

    with writing():
        first = book(kind, TOMORROW_AT_NINE, "form", SIV, Details(), NOW)
        second = book(kind, TOMORROW_AT_NINE, "other form", BO, Details(), NOW)

    assert {first.host, second.host} == {host, other_host}
    with pytest.raises(TimeTaken), writing():
        book(kind, TOMORROW_AT_NINE, "third form", BO, Details(), NOW)


def test_a_taken_time_comes_with_the_three_nearest(kind: ConsultationKind, booked: Consultation) -> None:
    with pytest.raises(TimeTaken) as taken, writing():
        book(kind, TOMORROW_AT_NINE, "form", BO, Details(), NOW)

    assert taken.value.nearest == tuple(TOMORROW_AT_NINE + HALF_AN_HOUR * number for number in (1, 2, 3))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 1


@pytest.mark.parametrize(
    ("away", "sentence"),
    [
        (-NINE * timedelta(minutes=1), "Den tiden går inte att boka längre. Välj en annan tid."),
        (timedelta(minutes=10), "Den tiden går inte att boka längre. Välj en annan tid."),
        (-18 * timedelta(hours=1), "Det är för kort tid kvar till den tiden. Välj en senare tid."),
        (70 * A_DAY, "Så långt fram går det inte att boka än. Välj en tidigare tid."),
    ],
    ids=["closed", "off the grid", "too soon", "too far"],
)
def test_what_is_not_offered_cannot_be_booked_either(kind: ConsultationKind, away: timedelta, sentence: str) -> None:
    with pytest.raises(NotOffered) as refusal, writing():
        book(kind, TOMORROW_AT_NINE + away, "form", SIV, Details(), NOW)

    assert str(refusal.value) == sentence
    assert len(refusal.value.nearest) == 3


def test_a_visit_takes_its_host_for_the_way_there_and_back(host: Host) -> None:
    with writing():
        kind = add_kind(host, place=Place.VISIT, length_minutes=60)

    with writing():
        visit = book(kind, TOMORROW_AT_NINE + A_DAY, "form", SIV, Details(postcode="12345"), NOW, travel=Travel(45))

    assert visit.travel_minutes == 45
    assert len(cells(host)) == (45 + 60 + 45) // 5


def test_d24_the_same_form_twice_is_one_booking(kind: ConsultationKind, host: Host) -> None:
    with writing():
        first = book(kind, TOMORROW_AT_NINE, "form", SIV, Details(), NOW)
    with writing():
        second = book(kind, TOMORROW_AT_NINE + HALF_AN_HOUR, "form", SIV, Details(), NOW)

    assert second.id == first.id
    assert second.starts_at == TOMORROW_AT_NINE
    assert len(cells(host)) == 6
    assert len(changes_of(first.id)) == 1


@pytest.mark.parametrize("what", ["host deactivated", "user shut out", "kind unpublished", "host taken from the kind"])
def test_d27_what_was_taken_away_meanwhile_is_refused_with_a_reason(
    kind: ConsultationKind, host: Host, what: str
) -> None:
    with writing():
        host.is_active = what != "host deactivated"
        host.user.is_active = what != "user shut out"
        kind.is_published = what != "kind unpublished"
        if what == "host taken from the kind":
            kind.hosts.clear()

    with pytest.raises(NotOffered) as refusal, writing():
        book(kind, TOMORROW_AT_NINE, "form", SIV, Details(), NOW)

    assert str(refusal.value) == "Det här går inte att boka just nu. Hör av dig till oss i stället."
    assert refusal.value.nearest == ()
    assert by_nonce("form") is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Contact)) == 0


def test_a_booking_takes_no_more_statements_among_many(
    kind: ConsultationKind, lead: Lead, count_queries: Callable[[], int]
) -> None:
    def statements(hour: int) -> int:
        count_queries()
        with writing():
            book(kind, TOMORROW_AT_NINE + hour * HALF_AN_HOUR, f"form {hour}", lead, Details(), NOW)
        return count_queries()

    statements(0)
    few = statements(1)
    with writing():
        for day in range(1, 20):
            add_consultation(lead, kind, TOMORROW_AT_NINE + day * A_DAY)

    assert statements(2) == few


# We book on their behalf


def test_we_may_book_outside_the_hours(kind: ConsultationKind, host: Host, lead: Lead, owner: User) -> None:
    evening = TOMORROW_AT_NINE + timedelta(hours=10)

    with writing():
        booking = book_for(lead, kind, host, evening, Details(phone="070-174 06 30"), owner, NOW)

    assert (booking.is_outside_hours, booking.created_by, booking.phone) == (True, owner, "070-174 06 30")
    assert booking.state is ConsultationState.BOOKED
    assert lead.stage is Stage.CONSULTATION


def test_we_may_not_book_over_another_booking_in_the_past_or_for_a_closed_lead(
    kind: ConsultationKind, host: Host, lead: Lead, owner: User, booked: Consultation
) -> None:
    with pytest.raises(TimeTaken), writing():
        book_for(lead, kind, host, TOMORROW_AT_NINE + timedelta(minutes=25), Details(), owner, NOW)
    with pytest.raises(RuleBroken, match="redan varit"), writing():
        book_for(lead, kind, host, NOW, Details(), owner, NOW)
    with writing():
        move_to_stage(lead, Stage.WON, owner, NOW)
    with pytest.raises(RuleBroken, match="avslutad"), writing():
        book_for(lead, kind, host, TOMORROW_AT_NINE + A_DAY, Details(), owner, NOW)


# It is moved


def moved(consultation: Consultation, starts_at: object, **options: object) -> Consultation:
    """The booking after it was moved in a write of its own."""
    with writing():
        found = consultation_to_change(consultation.id)
        assert found is not None
        move(found, starts_at, NOW, **options)  # type: ignore[arg-type]
    return found


def test_d20_a_booking_moves_within_its_own_time(host: Host, lead: Lead) -> None:
    with writing():
        kind = add_kind(host, step_minutes=15)
        booking = book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW)
        uid = booking.uid

    after = moved(booking, TOMORROW_AT_NINE + timedelta(minutes=15))

    assert (after.uid, after.sequence, after.wall_clock) == (uid, 1, "2026-11-24T09:15")
    assert list(cells(host)) == list(cells_of(after))
    assert not is_offered(kind, TOMORROW_AT_NINE)
    with writing():
        add_override(host, TOMORROW_AT_NINE.date(), NINE, NINE + 15 + 30)
    moved(booking, TOMORROW_AT_NINE)
    assert not is_offered(kind, TOMORROW_AT_NINE + timedelta(minutes=15))


def test_a_move_frees_the_old_time_and_is_kept(kind: ConsultationKind, booked: Consultation, lead: Lead) -> None:
    to = TOMORROW_AT_NINE + HALF_AN_HOUR

    moved(booked, to)

    assert is_offered(kind, TOMORROW_AT_NINE)
    assert not is_offered(kind, to)
    made, change = changes_of(booked.id)
    assert (made.from_starts_at, made.to_starts_at, made.sequence) == (None, TOMORROW_AT_NINE, 0)
    assert (change.from_starts_at, change.to_starts_at, change.sequence) == (TOMORROW_AT_NINE, to, 1)
    assert change.actor is None
    assert lead.next_step_at == to
    assert events_of(lead)[-1] is EventKind.CONSULTATION_MOVED


def test_d21_a_move_onto_a_taken_time_changes_nothing(
    kind: ConsultationKind, host: Host, booked: Consultation, owner: User
) -> None:
    with writing():
        bo = add_lead(add_contact("Bo Ek", "070-174 06 22"))
        book(kind, TOMORROW_AT_NINE + HALF_AN_HOUR, "bos-form", bo, Details(), NOW)
    before = cells(host)

    for actor in (None, owner):
        with pytest.raises(TimeTaken) as taken:
            moved(booked, TOMORROW_AT_NINE + HALF_AN_HOUR, actor=actor)
        assert taken.value.nearest == tuple(TOMORROW_AT_NINE + number * HALF_AN_HOUR for number in (0, 2, 3))

    after = db.session.get_one(Consultation, booked.id)
    assert (after.starts_at, after.sequence) == (TOMORROW_AT_NINE, 0)
    assert cells(host) == before
    assert len(changes_of(booked.id)) == 1


def test_a_move_to_the_time_it_has_changes_nothing(booked: Consultation) -> None:
    after = moved(booked, TOMORROW_AT_NINE)

    assert after.sequence == 0
    assert len(changes_of(booked.id)) == 1


def test_a_booking_stays_with_its_host_where_that_one_is_free(host: Host, other_host: Host, lead: Lead) -> None:
    with writing():
        kind = add_kind(host, other_host)
        booking = book(kind, TOMORROW_AT_NINE, "form", lead, Details(), NOW, host=other_host)
        book(kind, TOMORROW_AT_NINE + 2 * HALF_AN_HOUR, "bos-form", BO, Details(), NOW, host=other_host)

    assert moved(booking, TOMORROW_AT_NINE + HALF_AN_HOUR).host == other_host
    assert moved(booking, TOMORROW_AT_NINE + 2 * HALF_AN_HOUR).host == host
    assert changes_of(booking.id)[-1].from_host_id == other_host.id


def test_we_may_move_it_outside_the_hours_and_to_a_colleague(
    booked: Consultation, host: Host, other_host: Host, owner: User
) -> None:
    evening = TOMORROW_AT_NINE + timedelta(hours=10)

    after = moved(booked, evening, actor=owner, host=other_host)

    assert (after.host, after.starts_at, after.is_outside_hours) == (other_host, evening, True)
    assert cells(host) == {}
    assert len(cells(other_host)) == 6


def test_a_visitor_may_not_move_it_close_to_its_start_or_when_it_is_settled(booked: Consultation, owner: User) -> None:
    soon = TOMORROW_AT_NINE - timedelta(minutes=booked.kind.change_until_minutes)
    to = TOMORROW_AT_NINE + A_DAY

    with pytest.raises(RuleBroken, match="Ring oss i stället"), writing():
        move(booked, to, soon)
    with writing():
        move(booked, to, soon, actor=owner)
        booked.state, booked.settled_at = ConsultationState.CANCELLED, NOW
    with pytest.raises(RuleBroken, match="redan avslutad"), writing():
        move(booked, to + A_DAY, NOW, actor=owner)


def test_what_needs_a_yes_needs_it_again_when_the_visitor_moves_it(host: Host, lead: Lead, owner: User) -> None:
    with writing():
        kind = add_kind(host, needs_confirming=True)
        booking = book_for(lead, kind, host, TOMORROW_AT_NINE, Details(), owner, NOW)

    assert moved(booking, TOMORROW_AT_NINE + HALF_AN_HOUR, actor=owner).state is ConsultationState.BOOKED
    assert moved(booking, TOMORROW_AT_NINE).state is ConsultationState.REQUESTED


def test_a_visit_that_moves_asks_anew_how_far_it_is(host: Host, lead: Lead) -> None:
    with writing():
        db.session.add(TravelBand(postcode_from="10000", postcode_until="19999", travel_minutes=30))
        kind = add_kind(host, place=Place.VISIT)
        booking = book(kind, TOMORROW_AT_NINE, "form", lead, Details(postcode="123 45"), NOW, travel=Travel(20))

    assert moved(booking, TOMORROW_AT_NINE + A_DAY).travel_minutes == 30


# Who is told


def test_visitor_and_host_are_told_of_each_change_in_its_own_write(kind: ConsultationKind, owner: User) -> None:
    with writing():
        booking = book(kind, TOMORROW_AT_NINE, "form", SIV, Details(), NOW)
    assert waiting_for("siv@example.se") == ["confirmation", "reminder_day", "reminder_hour"]
    assert waiting_for(owner.email) == ["new_consultation_notice"]

    moved(booking, TOMORROW_AT_NINE + A_DAY)
    assert waiting_for("siv@example.se") == ["moved", "reminder_day", "reminder_hour"]

    with writing():
        cancel(booking, NOW, actor=owner)
    assert waiting_for("siv@example.se") == ["cancelled"]


def waiting_for(address: str) -> list[str]:
    query = sa.select(Message.kind).where(Message.state == MessageState.PENDING, Message.address == address)
    return [kind.removeprefix("consultation_") for kind in db.session.scalars(query.order_by(Message.kind))]
