"""The questions that a new instance starts with, as a table. None of them promises anything; the owner decides."""

from app.consultations.kinds import Audience
from app.trials.asking_queries import every_question
from app.trials.questions import QuestionFacts, change_questions
from app.trials.suitability import Verdict

FIRST_QUESTIONS = (
    QuestionFacts(
        Audience.PERSON,
        "Har den som ska prova pacemaker eller något annat elektroniskt implantat?",
        "Does whoever is going to try it have a pacemaker or another electronic implant?",
    ),
    QuestionFacts(
        Audience.PERSON, "Är den som ska prova gravid?", "Is whoever is going to try it pregnant?", Verdict.ASK
    ),
    QuestionFacts(
        Audience.PERSON,
        "Behandlas den som ska prova för cancer?",
        "Is whoever is going to try it being treated for cancer?",
        Verdict.ASK,
    ),
    QuestionFacts(
        Audience.PERSON,
        "Har den som ska prova epilepsi?",
        "Does whoever is going to try it have epilepsy?",
        Verdict.ASK,
    ),
    QuestionFacts(Audience.HORSE, "Är hästen ett dräktigt sto?", "Is the horse a mare in foal?", Verdict.ASK),
    QuestionFacts(
        Audience.HORSE,
        "Har hästen feber eller öppna sår?",
        "Does the horse have a fever or open wounds?",
        Verdict.ASK,
    ),
    QuestionFacts(
        Audience.HORSE,
        "Behandlas hästen av veterinär just nu?",
        "Is the horse being treated by a vet right now?",
        Verdict.ASK,
    ),
)


def ensure_questions() -> None:
    """Give an instance that has no questions at all the house's own."""
    if not every_question():
        change_questions(FIRST_QUESTIONS)
