import pytest
from flask import Flask

from app.consultations.kinds import Audience
from app.core.db import writing
from app.core.errors import RuleBroken
from app.trials.asking_queries import every_question, questions_for
from app.trials.first_questions import FIRST_QUESTIONS, ensure_questions
from app.trials.questions import MOST, QuestionFacts, change_questions
from app.trials.suitability import Answer, Verdict

PACEMAKER = QuestionFacts(Audience.PERSON, "Har du en pacemaker?", "Do you have a pacemaker?")
IN_FOAL = QuestionFacts(Audience.HORSE, "Är stoet dräktigt?", "Is the mare in foal?", Verdict.ASK)
TREATED = QuestionFacts(Audience.BOTH, "Pågår behandling?", "Is there a treatment?", Verdict.ASK)


def words_for(audience: Audience) -> list[str]:
    return [question.words_sv for question in questions_for(audience)]


def test_questions_are_asked_of_whom_they_are_for_in_the_order_they_were_put(app: Flask) -> None:
    with writing():
        change_questions([TREATED, PACEMAKER, IN_FOAL])

    assert words_for(Audience.PERSON) == ["Pågår behandling?", "Har du en pacemaker?"]
    assert words_for(Audience.HORSE) == ["Pågår behandling?", "Är stoet dräktigt?"]


def test_a_question_keeps_its_key_and_what_is_left_out_goes(app: Flask) -> None:
    with writing():
        change_questions([TREATED, PACEMAKER])
    _, pacemaker = every_question()
    changed = QuestionFacts(Audience.PERSON, "Har du pacemaker?", "A pacemaker?", is_active=False, id=pacemaker.id)

    with writing():
        change_questions([changed, IN_FOAL])

    assert [(question.id, question.words_sv) for question in every_question()] == [
        (pacemaker.id, "Har du pacemaker?"),
        (every_question()[1].id, "Är stoet dräktigt?"),
    ]
    assert words_for(Audience.PERSON) == []


def test_more_than_ten_questions_to_one_borrower_are_refused(app: Flask) -> None:
    with writing():
        change_questions([PACEMAKER] * MOST + [IN_FOAL])

    with pytest.raises(RuleBroken, match="Fråga högst 10 saker"), writing():
        change_questions([PACEMAKER] * MOST + [TREATED])
    assert len(every_question()) == MOST + 1


def test_a_question_whose_answers_mean_nothing_is_refused(app: Flask) -> None:
    idle = QuestionFacts(Audience.PERSON, "Hur mår du?", "How are you?", Verdict.FINE, Verdict.FINE)

    with pytest.raises(RuleBroken, match="Svaret på fråga 2 betyder ingenting"), writing():
        change_questions([PACEMAKER, idle])


def test_what_an_answer_means(app: Flask) -> None:
    with writing():
        change_questions([PACEMAKER])
    [question] = every_question()

    assert [question.verdict(answer) for answer in Answer] == [Verdict.STOP, Verdict.FINE, Verdict.ASK]


def test_a_new_instance_has_questions_once_and_the_owners_are_left_alone(app: Flask) -> None:
    with writing():
        ensure_questions()
    assert [question.words_sv for question in every_question()] == [facts.words_sv for facts in FIRST_QUESTIONS]

    with writing():
        change_questions([PACEMAKER])
    with writing():
        ensure_questions()

    assert [question.words_sv for question in every_question()] == ["Har du en pacemaker?"]
