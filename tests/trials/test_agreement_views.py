from app.core.db import writing
from app.trials.agreeing import agree
from app.trials.agreement_texts import every_text, write_text
from app.trials.models import TrialState
from tests.conftest import NOW
from tests.leads.page import read
from tests.signed_in import SignedIn
from tests.trials.walks import walk_to

WORDS = {"text_sv": "Ta väl hand om den.", "text_en": "Take good care of it."}


def test_an_agreement_is_saved_as_a_new_version_beside_the_old(owner_client: SignedIn) -> None:
    with writing():
        old = write_text("Gamla ord.", "Old words.", NOW)
        agree(walk_to(TrialState.RESERVED), old, "Siv Lund", NOW)

    answer = owner_client.post("/trials/agreement", data=WORDS, follow_redirects=True)

    assert "Avtalet är sparat som en ny version." in answer.text
    assert [text.text_sv for text in every_text()] == ["Ta väl hand om den.", "Gamla ord."]
    page = read(answer.text)
    assert f"Version {old.id}" in page
    assert "Godkänd av en." in page
    assert "Godkänd av ingen än." in page
    assert "Ta väl hand om den.</textarea>" in answer.text


def test_the_same_words_again_make_no_version(owner_client: SignedIn) -> None:
    owner_client.post("/trials/agreement", data=WORDS)

    answer = owner_client.post("/trials/agreement", data=WORDS, follow_redirects=True)

    assert "Avtalet är som det var." in answer.text
    assert len(every_text()) == 1


def test_an_agreement_in_one_language_goes_back_with_what_was_written(owner_client: SignedIn) -> None:
    answer = owner_client.post("/trials/agreement", data={**WORDS, "text_en": ""})

    assert answer.status_code == 422
    assert "Skriv avtalet på engelska också" in read(answer.text)
    assert "Ta väl hand om den.</textarea>" in answer.text
    assert every_text() == []


def test_only_an_owner_writes_the_agreement(staff_client: SignedIn) -> None:
    assert staff_client.get("/trials/agreement").status_code == 403
    assert staff_client.post("/trials/agreement", data=WORDS).status_code == 403
    assert every_text() == []
