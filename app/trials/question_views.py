"""The page where the owner says what is asked before somebody tries a device, and what the answers mean."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import owner_only
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.toasts import toast
from app.trials.asking_queries import every_question
from app.trials.question_forms import MOST_QUESTIONS, QuestionsForm, with_questions_rearranged
from app.trials.questions import change_questions
from app.trials.views import bp


@bp.route("/trials/questions", methods=["GET", "POST"])
@owner_only
def questions() -> ResponseReturnValue:
    """The questions as one list."""
    if request.method == "GET":
        return _editor(QuestionsForm.showing(every_question()))
    if "act" in request.form:
        return _editor(QuestionsForm(with_questions_rearranged(request.form, request.form["act"])))
    form = QuestionsForm()
    if not form.validate():
        return _editor(form), 422
    try:
        with writing():
            change_questions(form.question_facts())
    except RuleBroken as refusal:
        return _editor(form, refusal=refusal.sentence), 409
    toast(_("Frågorna är sparade."))
    return redirect(url_for("trials.questions"), 303)


def _editor(form: QuestionsForm, **more: Any) -> str:
    return render_template("trials/questions.html", form=form, most_questions=MOST_QUESTIONS, **more)
