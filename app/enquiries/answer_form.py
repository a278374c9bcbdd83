from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import DataRequired, Length

from app.core.forms import DashboardForm, TextBlock
from app.core.routes import row_number
from app.enquiries.services import Seen

LONGEST_ANSWER = 10_000


class AnswerForm(DashboardForm):
    """What the reseller writes back."""

    answer = TextBlock(
        _l("Svar"), [DataRequired(_l("Skriv ett svar först.")), Length(max=LONGEST_ANSWER)], id="answer-text"
    )
    to = HiddenField()
    asked = HiddenField()
    """What the page showed beside the words: an address, and the keys of enquiries with commas between."""

    def seen(self) -> Seen | None:
        """What was shown to who wrote it; None where the form does not say."""
        try:
            asked = [row_number(key) for key in (self.asked.data or "").split(",") if key]
        except ValueError:
            return None
        return Seen(self.to.data, asked) if self.to.data else None
