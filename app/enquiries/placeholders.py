"""What templates may say of the visitor's own page."""

from flask_babel import lazy_gettext as _l

from app.enquiries.private_pages import has_private_page, private_address
from app.mail.placeholders import Placeholder, Recipient


def _own_page(recipient: Recipient) -> str | None:
    """The address of the mailbox's page; nothing where it has none, since nothing was sent or answered with it."""
    if recipient.lead_id is None or not has_private_page(recipient.lead_id, recipient.address):
        return None
    return private_address(recipient.lead_id, recipient.address, recipient.language, recipient.at)


PLACEHOLDERS = (
    Placeholder(
        "länk till egna sidan",
        "link to your page",
        _l("Sidan där kontakten läser svar och skriver tillbaka; gäller i 90 dagar"),
        "https://ledtrad.example.se/p/…",
        _own_page,
    ),
)
