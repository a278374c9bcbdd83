from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length

from app.core.edit_forms import EditForm
from app.core.forms import LANGUAGE_CHOICES, ClockTime, MailAddress, TextLine


class BusinessForm(EditForm):
    """The facts of the business, as visitors and mails name it."""

    name = TextLine(
        _l("Företagets namn"),
        [DataRequired(_l("Skriv företagets namn.")), Length(max=120)],
        description=_l("Står överst på sidorna och som avsändare i mejl, till exempel Stilla & Stark."),
    )
    person = TextLine(
        _l("Vem som läser och svarar"),
        [Length(max=120)],
        description=_l(
            "Besökarna får veta vem som läser det de skriver, till exempel Maj Ek. Tomt: sidorna säger ”vi”."
        ),
    )
    email = TextLine(
        _l("E-post"),
        [DataRequired(_l("Skriv den adress som ni läser.")), Length(max=254), MailAddress()],
        description=_l("Svar på våra mejl kommer hit, till exempel hej@stilla.example.se."),
    )
    phone = TextLine(
        _l("Telefon"),
        [Length(max=40)],
        description=_l("Till exempel 070-174 06 05. Tomt: inget nummer visas."),
    )
    street_address = TextLine(_l("Gatuadress"), [Length(max=200)], description=_l("Till exempel Storgatan 1."))
    postcode = TextLine(_l("Postnummer"), [Length(max=12)], description=_l("Till exempel 123 45."))
    city = TextLine(_l("Ort"), [Length(max=80)], description=_l("Till exempel Karlstad."))
    website = TextLine(
        _l("Webbplats"),
        [Length(max=300)],
        description=_l("Till exempel https://stilla.example.se. Länkas från sidfoten. Tomt: ingen länk."),
    )
    language = RadioField(
        _l("Företagets språk"),
        [InputRequired()],
        choices=LANGUAGE_CHOICES,
        description=_l("För mejl till er själva. Besökare får sidor och mejl på det språk de har valt."),
    )
    closes_at = ClockTime(
        _l("När arbetsdagen slutar"),
        [InputRequired(_l("Skriv ett klockslag, till exempel 17.00."))],
        description=_l("Den som skriver lovas svar före den tiden nästa arbetsdag, till exempel 17.00."),
    )

    def validate_website(self, field: Any) -> None:
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(_l("Skriv hela adressen, med https:// först."))
