from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, Length

from app.core.forms import DashboardForm, TextBlock

LONGEST_ANSWER = 10_000


class AnswerForm(DashboardForm):
    """What the reseller writes back."""

    answer = TextBlock(
        _l("Svar"), [DataRequired(_l("Skriv ett svar först.")), Length(max=LONGEST_ANSWER)], id="answer-text"
    )
