"""Every page there is, as a table: its name, its address, who opens it, on which data. Pictures and tests read it."""

from tests.pages import (
    accounts,
    articles,
    consultations,
    contacts,
    enquiries,
    home,
    leads,
    lists,
    mail,
    plans,
    reports,
    settings,
    trials,
)
from tests.pages.table import Data, Page, Who

__all__ = ["PAGES", "Data", "Page", "Who", "pages_on"]

PAGES: tuple[Page, ...] = (
    *accounts.PAGES,
    *articles.PAGES,
    *consultations.PAGES,
    *contacts.PAGES,
    *enquiries.PAGES,
    *home.PAGES,
    *leads.PAGES,
    *lists.PAGES,
    *mail.PAGES,
    *plans.PAGES,
    *reports.PAGES,
    *settings.PAGES,
    *trials.PAGES,
)


def pages_on(data: Data) -> list[Page]:
    """The pages of the table that this data has."""
    return [page for page in PAGES if data in page.on]
