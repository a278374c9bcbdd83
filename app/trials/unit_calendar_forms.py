from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import Length

from app.core.errors import RuleBroken
from app.core.forms import TextLine
from app.trials.desk_forms import LONGEST_WHY, ActForm, NamedDay, filled
from app.trials.models import Trial


class EndForm(ActForm):
    """Another last day for a loan; and why, where one that is out is to last longer."""

    ends_on = NamedDay(_l("Ny sista dag"))
    why = TextLine(_l("Varför?"), [Length(max=LONGEST_WHY)], description=_l("Behövs bara när den förlängs."))

    def __init__(self, trial: Trial, limit: str) -> None:
        """`limit` says until when it can last."""
        super().__init__(data={"ends_on": trial.ends_on})
        self.ends_on.description = limit
        self._out_until = trial.ends_on if trial.is_with_borrower else None
        if self._out_until is None:
            del self.why

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Asked here, since an empty field that may be empty is not asked itself."""
        if not super().validate(extra_validators):
            return False
        if self._out_until and self.last_on() > self._out_until and not self.why.data:
            self.why.errors = [_("Skriv varför provperioden förlängs.")]
            return False
        return True

    def last_on(self) -> date:
        """The day that was chosen, once the form is valid."""
        return filled(self.ends_on.data)

    def reason(self) -> str | None:
        """Why, where it is asked and was said."""
        return (self.why.data or None) if self._out_until else None

    def take_refusal(self, refusal: RuleBroken) -> None:
        """Say why it could not be done beside the day."""
        self.ends_on.errors = [str(refusal)]
