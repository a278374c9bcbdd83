import pytest
from flask import Flask

from app.accounts.models import User
from app.consultations import offering
from app.consultations.first_kinds import ensure_kinds
from app.consultations.hours import become_host, hosts_of_users
from app.consultations.kind_queries import ahead_counts, every_kind, travel_bands
from app.consultations.kinds import ConsultationKind, Place
from app.consultations.offering import Band, KindFacts, Question
from app.core.db import db, writing
from app.core.errors import RuleBroken
from tests.conftest import NOW
from tests.consultations.cast import add_consultation, add_host, add_kind
from tests.plans.cast import make_lead

CALL = KindFacts("Samtal på telefon", "Talk by phone", Place.PHONE, 30, 30)


def slugs() -> list[str]:
    return [kind.slug for kind in every_kind()]


def test_an_instance_begins_with_kinds_that_nobody_can_book_yet(app: Flask) -> None:
    with writing():
        ensure_kinds()
        ensure_kinds()

    assert slugs() == ["samtal-pa-telefon", "videosamtal", "besok-i-stallet"]
    assert [kind.is_published for kind in every_kind()] == [False, False, False]
    assert [question.words_en for question in every_kind()[2].questions] == ["How do we find the stable?"]


def test_an_instance_with_a_kind_of_its_own_gets_no_others(app: Flask) -> None:
    with writing():
        offering.add_kind(CALL)
        ensure_kinds()

    assert slugs() == ["samtal-pa-telefon"]


def test_two_kinds_of_one_name_have_an_address_each_which_stays(app: Flask) -> None:
    with writing():
        first, second = offering.add_kind(CALL), offering.add_kind(CALL)
        offering.change_kind(first, KindFacts("Ring mig", "Call me", Place.PHONE, 30, 30), [], [])

    assert (first.slug, second.slug) == ("samtal-pa-telefon", "samtal-pa-telefon-2")
    assert first.name_sv == "Ring mig"


def test_questions_are_asked_in_the_order_they_are_written(app: Flask) -> None:
    with writing():
        kind = offering.add_kind(CALL, [Question("Ett?", "One?"), Question("Två?", "Two?", is_required=True)])
        offering.change_kind(kind, CALL, [Question("Två?", "Two?", is_required=True), Question("Tre?", "Three?")], [])
    db.session.expire_all()

    assert [(row.words_sv, row.is_required) for row in kind.questions] == [("Två?", True), ("Tre?", False)]


def test_too_many_questions_are_refused(app: Flask) -> None:
    with pytest.raises(RuleBroken, match="högst 8 saker"), writing():
        offering.add_kind(CALL, [Question("Vad?", "What?")] * 9)


def test_what_nobody_holds_cannot_be_shown_to_visitors(app: Flask, owner: User) -> None:
    with writing():
        kind = offering.add_kind(CALL)
    with pytest.raises(RuleBroken, match="Välj minst en värd"), writing():
        offering.publish(db.session.get_one(ConsultationKind, kind.id))
    with writing():
        offering.change_kind(kind, CALL, [], hosts_of_users([owner.id]))
        offering.publish(kind)

    assert kind.is_published
    with pytest.raises(RuleBroken, match="Välj minst en värd"), writing():
        offering.change_kind(kind, CALL, [], [])


def test_hiding_a_kind_leaves_its_bookings_as_they_are(app: Flask, owner: User) -> None:
    with writing():
        kind = add_kind(add_host(owner))
        booking = add_consultation(make_lead(), kind)
        offering.hide(kind)

    assert booking.is_ahead
    assert ahead_counts(NOW) == {kind.id: 1}


def test_a_kind_that_has_been_booked_is_not_removed(app: Flask, owner: User) -> None:
    with writing():
        booked, unused = add_kind(add_host(owner)), offering.add_kind(CALL, [Question("Vad?", "What?")])
        add_consultation(make_lead(), booked)
        offering.remove(unused)

    assert slugs() == ["samtal"]
    with pytest.raises(RuleBroken, match="Dölj den i stället"), writing():
        offering.remove(booked)


def test_the_first_host_holds_every_kind_and_the_next_none_until_chosen(app: Flask, owner: User, staff: User) -> None:
    with writing():
        kind = offering.add_kind(CALL)
        maj, sixten = become_host(owner), become_host(staff)
        again = become_host(owner)

    assert (kind.hosts, again, sixten.id == maj.id) == ([maj], maj, False)


def test_bands_replace_those_before_and_may_meet(app: Flask) -> None:
    with writing():
        offering.change_travel([Band("10000", "19999", 30)])
        offering.change_travel([Band("20000", "29999", 60, "01"), Band("10000", "19999", 45)])

    rows = [(row.postcode_from, row.postcode_until, row.travel_minutes, row.weekdays) for row in travel_bands()]
    assert rows == [("10000", "19999", 45, "0123456"), ("20000", "29999", 60, "01")]


@pytest.mark.parametrize("other", [("19999", "20005"), ("12000", "12000"), ("10000", "19999"), ("00000", "10000")])
def test_a_postcode_stands_in_one_band(app: Flask, other: tuple[str, str]) -> None:
    with pytest.raises(RuleBroken, match="Låt varje postnummer stå i en rad"), writing():
        offering.change_travel([Band("10000", "19999", 30), Band(*other, 60)])

    assert travel_bands() == []
