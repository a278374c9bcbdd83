from dataclasses import replace

import pytest
from flask import Flask

from app.consultations.kinds import Audience
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.trials.check_ins import AnonymousRating
from app.trials.first_scales import FIRST_SCALES, ensure_scales
from app.trials.keeping import change_rules, the_rules
from app.trials.scale_queries import every_scale, scales_for
from app.trials.scales import FEWEST, MOST, ScaleFacts, asked_count, change_scales

SLEEP = ScaleFacts(Audience.PERSON, "Sömn", "Sleep", "Dåligt", "Badly", "Gott", "Well")
MOOD = ScaleFacts(Audience.BOTH, "Humör", "Mood", "Dåligt", "Bad", "Gott", "Good")
GAIT = ScaleFacts(Audience.HORSE, "Rörelse", "Movement", "Stel", "Stiff", "Fri", "Free")


def names() -> list[str]:
    return [scale.name_sv for scale in every_scale()]


def test_a_new_instance_asks_a_person_and_a_horse_about_three_to_five_things(app: Flask) -> None:
    with writing():
        ensure_scales()
        ensure_scales()

    assert len(every_scale()) == len(FIRST_SCALES)
    for audience in (Audience.PERSON, Audience.HORSE):
        assert FEWEST <= len(scales_for(audience)) <= MOST
        assert len(scales_for(audience)) == asked_count(FIRST_SCALES, audience)


def test_scales_stand_in_the_owners_order_and_are_asked_of_whom_they_are_for(app: Flask) -> None:
    with writing():
        change_scales([MOOD, GAIT, SLEEP, replace(SLEEP, name_sv="Ork", is_active=False)])

    assert names() == ["Humör", "Rörelse", "Sömn", "Ork"]
    assert [scale.name_sv for scale in scales_for(Audience.PERSON)] == ["Humör", "Sömn"]
    assert [scale.name_sv for scale in scales_for(Audience.HORSE)] == ["Humör", "Rörelse"]


def test_a_scale_is_renamed_and_one_left_out_goes_unless_it_has_ratings(app: Flask) -> None:
    with writing():
        change_scales([SLEEP, MOOD, GAIT])
    sleep, mood, gait = every_scale()
    with writing():
        db.session.add(AnonymousRating(scale_id=gait.id, weeks_in=1, value=4))

    with writing():
        change_scales([replace(MOOD, name_sv="Lynne", id=mood.id), SLEEP])

    found = {scale.name_sv: scale for scale in every_scale()}
    assert list(found) == ["Lynne", "Sömn", "Rörelse"]
    assert found["Lynne"].id == mood.id
    assert found["Sömn"].id != sleep.id
    assert (found["Rörelse"].id, found["Rörelse"].is_active) == (gait.id, False)


@pytest.mark.parametrize(
    ("audience", "words"),
    [(Audience.PERSON, "Fråga en människa om högst fem saker"), (Audience.HORSE, "högst fem saker hos en häst")],
)
def test_a_sixth_thing_to_ask_is_refused(app: Flask, audience: Audience, words: str) -> None:
    five = [MOOD, *(replace(SLEEP, audience=audience) for _ in range(4))]
    sixth = replace(SLEEP, audience=audience)
    with writing():
        change_scales(five)

    with pytest.raises(RuleBroken, match=words), writing():
        change_scales([*five, sixth])

    assert len(every_scale()) == 5
    with writing():
        change_scales([*five, replace(sixth, is_active=False)])
    assert names() == ["Humör", *["Sömn"] * 5]


def test_how_long_things_are_kept_is_half_a_year_until_the_owner_decides(app: Flask) -> None:
    before = (the_rules().ratings_kept_days, the_rules().answers_kept_days)

    with writing():
        change_rules(30, 60)
    with writing():
        change_rules(31, 60)

    assert before == (180, 180)
    assert (the_rules().ratings_kept_days, the_rules().answers_kept_days) == (31, 60)
