from datetime import datetime

from app.accounts.models import User
from app.contacts.models import Contact
from app.leads.queries import leads_to_change
from app.mail.erasing import forget_mails


def forget_mails_of_leads(contact: Contact, _actor: User | None, now: datetime) -> None:
    """Of an erased person's mails only that they were sent is kept. Comes last, for other rules may plan some."""
    forget_mails(now, lead_ids=[lead.id for lead in leads_to_change([contact])])
