import pytest
from flask import Flask, get_template_attribute
from werkzeug.datastructures import MultiDict

from app.consultations.kinds import Audience
from app.core.db import writing
from app.trials.check_ins import Scale
from app.trials.models import Trial
from app.trials.rating import allow
from app.trials.rating_forms import BaselineForm, baseline_form
from app.trials.scale_queries import scales_for
from tests.conftest import NOW
from tests.leads.page import read
from tests.trials.check_ins import asked_of_people, lent_to


@pytest.fixture
def sleep(app: Flask) -> Scale:
    return asked_of_people()[0]


@pytest.fixture
def trial(app: Flask) -> Trial:
    """Siv's, who has not been asked."""
    return lent_to("Siv Lund", has_said_yes=False)


def sent(trial: Trial, **fields: str) -> BaselineForm:
    """The part of the hand-over's form, as it comes back."""
    return baseline_form(trial, MultiDict({f"baseline-{name}": value for name, value in fields.items()}))


def shown(app: Flask, trial: Trial) -> str:
    """The part as the hand-over's page shows it."""
    with app.test_request_context():
        return str(get_template_attribute("trials/_scales.html", "baseline_fields")(baseline_form(trial)))


def test_the_hand_over_asks_on_the_scales_of_whom_it_is_about_with_the_words_of_the_consent(
    app: Flask, sleep: Scale, trial: Trial
) -> None:
    page = read(f'<div id="content">{shown(app, trial)}')

    assert [line for line in page.split("\n") if line in ("Sömn", "Ork", "Stelhet", "Vardagen", "Humör")] == [
        "Sömn",
        "Ork",
        "Stelhet",
        "Vardagen",
    ]
    assert "Jag samtycker till att ni sparar mina egna skattningar" in page
    assert "Har hört vad samtycket innebär och sagt ja" in page
    assert "inget medicinskt resultat" in page


def test_who_has_said_yes_is_not_asked_again(app: Flask, sleep: Scale, trial: Trial) -> None:
    with writing():
        allow(trial, "sv", NOW)

    assert "Har hört vad samtycket innebär" not in shown(app, trial)
    assert sent(trial, **{f"scale_{sleep.id}": "4"}).validate()


def test_what_was_said_is_read_and_what_was_passed_over_is_not_in_it(app: Flask, sleep: Scale, trial: Trial) -> None:
    other = scales_for(Audience.PERSON)[1]

    form = sent(trial, **{f"scale_{sleep.id}": "0", f"scale_{other.id}": "", "words": "Sover ryckigt", "consent": "y"})

    assert form.validate()
    assert form.numbers == {sleep: 0}
    assert (form.words.data, form.consent.data) == ("Sover ryckigt", True)


def test_a_rating_needs_the_yes_and_no_rating_needs_none(app: Flask, sleep: Scale, trial: Trial) -> None:
    rated, empty = sent(trial, **{f"scale_{sleep.id}": "4"}), sent(trial)

    assert not rated.validate()
    assert set(rated.errors) == {"consent"}
    assert empty.validate()
    assert empty.is_empty
