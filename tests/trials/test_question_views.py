from app.consultations.kinds import Audience
from app.core.db import db, writing
from app.trials.asking_queries import every_question
from app.trials.questions import change_questions
from app.trials.suitability import Verdict
from tests.leads.page import read, typed
from tests.signed_in import SignedIn
from tests.trials.test_questions import PACEMAKER


def question_fields(number: int, **changes: str) -> dict[str, str]:
    row = {
        "words_sv": "Är hästen dräktig?",
        "words_en": "Is the horse in foal?",
        "audience": "horse",
        "on_yes": "ask",
        "on_no": "fine",
        "is_active": "y",
    }
    return {f"questions-{number}-{name}": value for name, value in {**row, **changes}.items() if value}


def test_questions_are_saved_as_written(owner_client: SignedIn) -> None:
    with writing():
        change_questions([PACEMAKER])
    [pacemaker] = every_question()
    rows = {**question_fields(0, is_active=""), **question_fields(1, id=str(pacemaker.id), on_yes="stop")}

    answer = owner_client.post("/trials/questions", data=rows, follow_redirects=True)

    assert "Frågorna är sparade." in answer.text
    db.session.expire_all()
    first, second = every_question()
    assert (first.audience, first.is_active, first.on_yes, first.on_no) == (
        Audience.HORSE,
        False,
        Verdict.ASK,
        Verdict.FINE,
    )
    assert (second.id, second.words_en, second.on_yes) == (pacemaker.id, "Is the horse in foal?", Verdict.STOP)
    assert typed(answer.text, "questions-1-words_sv") == "Är hästen dräktig?"


def test_what_is_wrong_is_said_and_all_else_is_kept(owner_client: SignedIn) -> None:
    answer = owner_client.post("/trials/questions", data=question_fields(0, words_sv=""))

    assert answer.status_code == 422
    assert "Fråga 1: Skriv frågan, eller ta bort raden." in read(answer.text)
    assert typed(answer.text, "questions-0-words_en") == "Is the horse in foal?"
    assert every_question() == []


def test_a_question_that_means_nothing_is_refused_with_everything_kept(owner_client: SignedIn) -> None:
    answer = owner_client.post("/trials/questions", data=question_fields(0, on_yes="fine"))

    assert answer.status_code == 409
    assert "Svaret på fråga 1 betyder ingenting." in read(answer.text)
    assert typed(answer.text, "questions-0-words_sv") == "Är hästen dräktig?"


def test_plain_buttons_add_move_and_take_away_rows_and_save_nothing(owner_client: SignedIn) -> None:
    two = {**question_fields(0), **question_fields(1, words_sv="Har hästen feber?")}

    added = owner_client.post("/trials/questions", data={**two, "act": "add"})
    moved = owner_client.post("/trials/questions", data={**two, "act": "up-1"})
    removed = owner_client.post("/trials/questions", data={**two, "act": "remove-0"})

    assert 'id="question-3"' in added.text
    assert typed(moved.text, "questions-0-words_sv") == "Har hästen feber?"
    assert typed(removed.text, "questions-0-words_sv") == "Har hästen feber?"
    assert 'id="question-2"' not in removed.text
    assert every_question() == []


def test_only_an_owner_changes_questions(staff_client: SignedIn) -> None:
    assert staff_client.get("/trials/questions").status_code == 403
    assert staff_client.post("/trials/questions", data=question_fields(0)).status_code == 403
    assert every_question() == []
