"""Consents that tests need to be there."""

from datetime import datetime

from app.contacts.consents import record_consent
from app.contacts.models import ConsentPurpose, Contact
from app.core.db import writing
from tests.conftest import NOW


def consented(
    contact: Contact, purpose: ConsentPurpose = ConsentPurpose.TIPS, version: str = "", at: datetime = NOW
) -> None:
    """A yes as the form gives it."""
    with writing():
        record_consent(contact, purpose, version or f"{purpose}-1", "sv", "LT-ABCDEF", at, address=contact.email)
