from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.leads.models import EventKind
from app.trials.agreeing import TextReplaced, agree, agreement_of
from app.trials.agreement_texts import agreed_counts, current_text, every_text, write_text
from app.trials.agreements import AgreedBy, Agreement, AgreementText
from app.trials.first_agreement import ensure_agreement
from app.trials.models import Trial, TrialState
from app.trials.queries import changes_of
from tests.conftest import NOW
from tests.consultations.cast import events_of
from tests.trials.walks import walk_to

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def text(app: Flask) -> AgreementText:
    """The agreement as it is read now."""
    with writing():
        return write_text("Ta väl hand om den.", "Take good care of it.", NOW)


@pytest.fixture
def reserved(app: Flask) -> Trial:
    """Siv's trial, that waits for her yes."""
    with writing():
        return walk_to(TrialState.RESERVED)


def test_a_yes_keeps_who_said_it_to_which_words_and_when(text: AgreementText, reserved: Trial) -> None:
    with writing():
        agree(reserved, text, " Siv Lund, 640823-3234 ", LATER, language="en")

    agreement = agreement_of(reserved.id)
    assert agreement is not None
    assert (agreement.text, agreement.language, agreement.agreed_by) == (text, "en", AgreedBy.LINK)
    assert (agreement.name, agreement.agreed_at) == ("Siv Lund, [personnummer borttaget]", LATER)
    assert reserved.state is TrialState.AGREED
    assert changes_of(reserved.id)[-1].to_state is TrialState.AGREED
    assert reserved.lead is not None
    assert events_of(reserved.lead)[-1] is EventKind.TRIAL_AGREED


def test_a_second_yes_changes_nothing(text: AgreementText, reserved: Trial) -> None:
    with writing():
        agree(reserved, text, "Siv Lund", NOW)
    with writing():
        agree(reserved, text, "Bo Ek", LATER)

    assert [(row.name, row.agreed_at) for row in db.session.query(Agreement)] == [("Siv Lund", NOW)]


def test_words_that_have_been_replaced_are_not_agreed_to_by_link(
    text: AgreementText, reserved: Trial, owner: User
) -> None:
    with writing():
        write_text("Ta mycket väl hand om den.", "Take very good care of it.", LATER)

    with pytest.raises(TextReplaced, match="Avtalet har ändrats medan du läste"), writing():
        agree(reserved, text, "Siv Lund", LATER)
    assert agreement_of(reserved.id) is None
    with writing():
        agree(reserved, text, "Siv Lund", LATER, actor=owner, agreed_by=AgreedBy.PAPER)
    assert reserved.state is TrialState.AGREED


def test_a_yes_without_a_name_is_refused(text: AgreementText, reserved: Trial) -> None:
    with pytest.raises(RuleBroken, match="Skriv ditt namn"), writing():
        agree(reserved, text, " ", NOW)
    assert reserved.state is TrialState.RESERVED


def test_a_yes_to_what_is_not_reserved_is_refused(text: AgreementText) -> None:
    with writing():
        trial = walk_to(TrialState.SUITABLE)

    with pytest.raises(RuleBroken, match="provperioden står som ”Lämplig”"), writing():
        agree(trial, text, "Siv Lund", NOW)


def test_a_new_wording_is_a_new_version_and_the_old_stays(text: AgreementText, reserved: Trial) -> None:
    with writing():
        agree(reserved, text, "Siv Lund", NOW)
    with writing():
        newer = write_text("Ta mycket väl hand om den.", "Take very good care of it.", LATER)

    assert current_text() is newer
    assert [row.text_sv for row in every_text()] == ["Ta mycket väl hand om den.", "Ta väl hand om den."]
    assert agreed_counts() == {text.id: 1}


def test_the_words_that_hold_already_make_no_new_version(text: AgreementText) -> None:
    with writing():
        again = write_text(" Ta väl hand om den.\n", "Take good care of it.", LATER)

    assert again is text
    assert len(every_text()) == 1


def test_an_agreement_in_one_language_is_refused(app: Flask) -> None:
    with pytest.raises(RuleBroken, match="Skriv avtalet på båda språken"), writing():
        write_text("Ta väl hand om den.", " ", NOW)


def test_a_new_instance_has_an_agreement_and_the_owners_is_left_alone(app: Flask) -> None:
    with writing():
        ensure_agreement(NOW)
    first = current_text()
    assert first is not None
    for text in (first.text_sv, first.text_en):
        assert [paragraph[:2] for paragraph in text.split("\n\n")] == [f"{number}." for number in range(1, 10)]
        assert text.count("\n") == 2 * 8

    with writing():
        write_text("Vårt eget.", "Our own.", LATER)
    with writing():
        ensure_agreement(LATER)

    assert [row.text_sv for row in every_text()] == ["Vårt eget.", first.text_sv]
