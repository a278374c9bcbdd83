"""What must not be missed on a lead's page: why they may not be reached, and what waits; each with one thing to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from app.contacts.models import Consent, ConsentPurpose, Contact
from app.core.filters import day
from app.enquiries.queries import waits_in_quarantine
from app.mail.models import SuppressionScope
from app.mail.suppressions import is_stopped
from app.trials.models import Trial


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to know, and the one thing to do about it."""

    icon: str
    words: str
    action: str
    address: str


def cautions(contact: Contact, consents: Sequence[Consent], trials: Sequence[Trial], today: date) -> Sequence[Caution]:
    """What there is to know of the contact of a lead, the gravest first."""
    return [
        *_of_consents(contact, consents),
        *_of_units(trials, today),
        *_of_reaching(contact),
        *_of_quarantine(contact),
    ]


def _of_consents(contact: Contact, consents: Sequence[Consent]) -> Iterator[Caution]:
    answers = [consent for consent in consents if consent.purpose is ConsentPurpose.ANSWER]
    if answers and all(consent.withdrawn_at for consent in answers):
        words = _("Kontakten har tagit tillbaka sitt ja till att ni sparar uppgifterna.")
        yield Caution("circle-x", words, _("Radera personen"), url_for("contacts.erase", contact_id=contact.id))


def _of_units(trials: Sequence[Trial], today: date) -> Iterator[Caution]:
    for trial in trials:
        if trial.unit and trial.is_with_borrower and trial.ends_on and trial.ends_on < today:
            words = _("%(serial)s skulle ha varit tillbaka %(day)s.", serial=trial.unit.serial, day=day(trial.ends_on))
            yield Caution("packages", words, _("Visa provperioden"), url_for("trials.detail", trial_id=trial.id))


def _of_reaching(contact: Contact) -> Iterator[Caution]:
    edit = url_for("contacts.edit", contact_id=contact.id)
    if not contact.email and not contact.phone:
        words = _("Det finns varken telefonnummer eller e-postadress, så kontakten går inte att nå.")
        yield Caution("phone-off", words, _("Lägg till"), edit)
    elif contact.email and is_stopped(contact.email, SuppressionScope.ALL):
        words = _("Mejl till %(address)s kommer inte fram, så inga fler skickas dit.", address=contact.email)
        yield Caution("mail", words, _("Ändra adressen"), edit)


def _of_quarantine(contact: Contact) -> Iterator[Caution]:
    if contact.email and waits_in_quarantine(contact.email):
        words = _("En förfrågan från samma e-postadress ligger i karantän.")
        address = url_for("enquiries.index", show="quarantine")
        yield Caution("shield-lock", words, _("Visa karantänen"), address)
