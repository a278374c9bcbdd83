"""The page where the owner writes the agreement, with the versions that there have been."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import DataRequired, Length

from app.core.access import owner_only
from app.core.clock import now
from app.core.db import writing
from app.core.forms import DashboardForm, TextBlock
from app.core.toasts import toast
from app.trials.agreement_texts import LONGEST_TEXT, agreed_counts, current_text, every_text, write_text
from app.trials.agreements import AgreementText
from app.trials.views import bp


def _too_long() -> Length:
    return Length(max=LONGEST_TEXT, message=_l("Avtalet får ha högst %(max)d tecken."))


class AgreementTextForm(DashboardForm):
    """The agreement in both languages."""

    text_sv = TextBlock(
        _l("Avtalet"),
        [DataRequired(_l("Skriv avtalet.")), _too_long()],
        description=_l(
            "En tom rad skiljer stycken åt. Dagar, värde och deposition står ovanför avtalet av sig själva."
        ),
    )
    text_en = TextBlock(
        _l("På engelska"),
        [DataRequired(_l("Skriv avtalet på engelska också: sidan finns på båda språken.")), _too_long()],
    )

    @classmethod
    def showing(cls, text: AgreementText | None) -> "AgreementTextForm":
        """The form as it is first shown."""
        return cls(formdata=None, obj=text)


@bp.route("/trials/agreement", methods=["GET", "POST"])
@owner_only
def agreement_text() -> ResponseReturnValue:
    """The words that are read now, to be written anew; what has been said yes to stays."""
    if request.method == "GET":
        return _editor(AgreementTextForm.showing(current_text()))
    form = AgreementTextForm()
    if not form.validate():
        return _editor(form), 422
    before = current_text()
    with writing():
        is_new = write_text(form.text_sv.data or "", form.text_en.data or "", now()) != before
    toast(_("Avtalet är sparat som en ny version.") if is_new else _("Avtalet är som det var."))
    return redirect(url_for("trials.agreement_text"), 303)


def _editor(form: AgreementTextForm, **more: Any) -> str:
    return render_template("trials/agreement_text.html", form=form, texts=every_text(), agreed=agreed_counts(), **more)
