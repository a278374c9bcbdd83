"""Somebody is erased while they have a unit: it is found again, and nothing of their health is."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.accounts.models import User
from app.contacts.erasing import erase
from app.contacts.models import Contact
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import Lead
from app.mail.services import queue
from app.trials.agreements import AgreedBy, Agreement, AgreementText
from app.trials.check_ins import CheckIn, CheckInKind
from app.trials.ending import Sale, buy_this, lose
from app.trials.handing_over import write_protocol
from app.trials.lending import change_days, hand_over, reserve
from app.trials.models import Trial, TrialChange, TrialState, UnitDay
from app.trials.moves import Move, go
from app.trials.photos import take_in
from app.trials.pictures import develop
from app.trials.protocols import PhotoKind, ProtocolKind, TrialPhoto
from app.trials.queries import borrower_of, trial_to_change
from app.trials.rating import allow_by_hand, check_in
from app.trials.returning import check, receive
from app.trials.suitability import SuitabilityAnswer
from app.trials.units import DeviceUnit, UnitState
from tests.canary import SPELLINGS, WORD
from tests.conftest import NOW
from tests.enquiries.letters import words
from tests.leads.cast import add_contact, add_lead
from tests.remains import columns_with
from tests.signed_in import SignedIn
from tests.trials.cast import FIRST, LAST, TODAY, add_model, add_trial, add_unit
from tests.trials.pictures import photo

LATER = NOW + timedelta(days=4)
WHO_HAS_IT = ("Siv Lund", "siv@example.se", "070-174 06 21", "Stallvägen 3", "Sala")


@pytest.fixture
def siv(app: Flask) -> int:
    """The key of Siv, who is on the way to try a unit."""
    with writing():
        contact = add_contact(email="siv@example.se")
        lead = add_lead(contact)
        address = {"street_address": "Stallvägen 3", "postcode": "733 30", "city": "Sala"}
        unit = add_unit(add_model())
        trial = add_trial(lead, unit, TrialState.SUITABLE, wishes=f"{WORD} sedan i våras", **address)
        db.session.add(SuitabilityAnswer(trial_id=trial.id, question=f"{WORD}?", answer="yes", verdict="ask"))
    return contact.id


def _trial() -> Trial:
    return trial_to_change(db.session.scalars(sa.select(Trial.id)).one()) or pytest.fail("no trial")


def _agree(actor: User) -> None:
    """A reservation, and an agreement on paper."""
    with writing():
        trial = _trial()
        reserve(trial, FIRST, LAST, actor, NOW)
        text = AgreementText(text_sv="Lämna tillbaka den.", text_en="Bring it back.", written_at=NOW)
        agreed = {"language": "sv", "agreed_by": AgreedBy.PAPER, "name": "Siv Lund", "agreed_at": NOW}
        db.session.add(Agreement(trial=trial, text=text, **agreed))
        go(trial, Move.AGREE, NOW)
        take_in(trial, PhotoKind.AGREEMENT, [develop(photo())], NOW)


def _lend(actor: User) -> None:
    """The unit goes out, and things are told about it."""
    _agree(actor)
    with writing():
        trial = _trial()
        unit = trial.unit or pytest.fail("no unit")
        hand_over(trial, unit, TODAY, actor, NOW)
        write_protocol(trial, ProtocolKind.HAND_OVER, TODAY, "Hemma i Sala", f"{WORD} i axeln", set(), actor, NOW)
        take_in(trial, PhotoKind.HAND_OVER, [develop(photo())], NOW)
        allow_by_hand(trial, actor, NOW)
        check_in(trial, {}, f"{WORD} i natt", False, CheckInKind.EARLY, NOW + timedelta(days=3))
    with writing():
        change_days(_trial(), FIRST, LAST + timedelta(days=7), actor, NOW, f"{WORD} blev bättre")
        queue(
            "trial_overdue",
            address="siv@example.se",
            language="sv",
            dedupe_key=f"trial:{_trial().id}:v9:later",
            context={},
            now=NOW,
        )


def _erase(siv: int, owner: User) -> None:
    with writing():
        erase(db.session.get_one(Contact, siv), db.session.get_one(User, owner.id), LATER)


def _has_word() -> list[str]:
    return columns_with(*SPELLINGS)


def test_a_unit_that_is_out_is_found_again_and_nothing_of_anybodys_health(siv: int, owner: User) -> None:
    _lend(owner)
    assert {"trial.wishes", "check_in.words", "protocol.condition", "trial_change.why"} <= set(_has_word())
    assert "suitability_answer.question" in _has_word()

    _erase(siv, owner)

    assert _has_word() == []
    assert db.session.query(Contact).count() == db.session.query(Lead).count() == db.session.query(CheckIn).count() == 0
    unit = db.session.scalars(sa.select(DeviceUnit)).one()
    loan = borrower_of(unit)
    assert loan is not None
    assert (unit.state, loan.state, loan.lead) == (UnitState.OUT, TrialState.OUT, None)
    assert (loan.borrower_name, loan.email, loan.phone, loan.street_address, loan.city) == WHO_HAS_IT
    assert (loan.starts_on, loan.ends_on) == (FIRST, LAST + timedelta(days=7))
    assert db.session.query(UnitDay).filter_by(trial_id=loan.id).count() == 21 + 7 + 1
    assert db.session.scalars(sa.select(TrialPhoto.kind)).all() == [PhotoKind.AGREEMENT]
    assert db.session.scalars(sa.select(Agreement.name)).all() == ["Siv Lund"]


@pytest.mark.parametrize("end", ["receive", "buy", "lose"])
def test_once_it_is_back_or_given_up_nobody_can_tell_who_had_it(siv: int, owner: User, end: str) -> None:
    _lend(owner)
    _erase(siv, owner)
    assert columns_with(*WHO_HAS_IT) != []

    with writing():
        actor = db.session.get_one(User, owner.id)
        if end == "receive":
            receive(_trial(), TODAY, actor, LATER)
        elif end == "buy":
            buy_this(_trial(), Sale(TODAY, 12_500_00), actor, LATER)
        else:
            lose(_trial(), actor, LATER, "Siv Lund svarar inte")

    assert columns_with(*WHO_HAS_IT) == []
    assert db.session.query(TrialPhoto).count() == 0
    assert db.session.scalars(sa.select(TrialChange.why).where(TrialChange.why.is_not(None))).all() == []


def test_a_loan_that_came_back_before_keeps_no_name(siv: int, owner: User) -> None:
    _lend(owner)
    with writing():
        actor = db.session.get_one(User, owner.id)
        receive(_trial(), TODAY, actor, LATER)
        check(_trial(), actor, LATER)

    _erase(siv, owner)

    assert columns_with(*WHO_HAS_IT) == []
    trial = db.session.scalars(sa.select(Trial)).one()
    assert (trial.state, trial.lead_id, trial.borrower_name) == (TrialState.CHECKED, None, "")


def test_what_has_not_begun_is_called_off_and_its_unit_is_free(siv: int, owner: User) -> None:
    _agree(owner)

    _erase(siv, owner)

    trial = db.session.scalars(sa.select(Trial)).one()
    assert (trial.state, trial.lead_id, trial.borrower_name) == (TrialState.CANCELLED, None, "")
    assert db.session.scalars(sa.select(DeviceUnit.state)).all() == [UnitState.FREE]
    assert db.session.query(UnitDay).count() == 0
    assert columns_with(*SPELLINGS, *WHO_HAS_IT) == []


def test_nothing_more_is_told_of_an_erased_borrower(siv: int, owner: User) -> None:
    _lend(owner)
    _erase(siv, owner)

    with pytest.raises(RuleBroken), writing():
        check_in(_trial(), {}, f"{WORD} igen", False, CheckInKind.LATER, LATER)

    assert _has_word() == []


def test_the_pages_still_say_where_the_unit_is(siv: int, owner: User, owner_client: SignedIn) -> None:
    _lend(owner)
    _erase(siv, owner)
    trial_id = db.session.scalars(sa.select(Trial.id)).one()

    pages = {
        path: owner_client.get(path)
        for path in (
            "/trials/units/BM-104",
            f"/trials/{trial_id}",
            f"/trials/{trial_id}/return",
            f"/trials/{trial_id}/protocol",
            f"/trials/{trial_id}/photos",
            "/trials",
            "/trials/units",
            "/trials/calendar",
            "/today/",
        )
    }

    assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(pages, 200)
    assert "Siv Lund" in words(pages["/trials/units/BM-104"])
    for fact in ("Siv Lund", "070-174 06 21", "Stallvägen 3"):
        assert fact in words(pages[f"/trials/{trial_id}"])


def test_pages_of_a_loan_whose_borrower_is_forgotten_still_open(siv: int, owner: User, owner_client: SignedIn) -> None:
    _lend(owner)
    _erase(siv, owner)
    with writing():
        receive(_trial(), TODAY, db.session.get_one(User, owner.id), LATER)
    trial_id = db.session.scalars(sa.select(Trial.id)).one()

    for path in ("/trials/units/BM-104", f"/trials/{trial_id}", f"/trials/{trial_id}/check", "/trials", "/today/"):
        assert owner_client.get(path).status_code == 200, path
    assert "Raderad person" in words(owner_client.get(f"/trials/{trial_id}"))
