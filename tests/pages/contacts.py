"""People: their lists, who may be one person, and what is merged."""

from app.contacts.columns import ContactColumn
from tests.acts import come_late, open_panel, send, tick_rows
from tests.pages.table import DEMO, EMPTY, inside

ALL_OF_A_CONTACT = ",".join(ContactColumn)

PAGES = (
    inside("contact-add", "contacts.add", EMPTY),
    inside("contact-add-with-errors", "contacts.add", EMPTY, act=send(), status=422),
    inside("contacts", "contacts.index"),
    inside("contacts-columns", "contacts.index", DEMO, cols=ALL_OF_A_CONTACT),
    inside("contacts-filters", "contacts.index", act=open_panel(".list-filters"), leads="open"),
    inside("contact-details", "contacts.detail", DEMO, contact_id="{contact}"),
    inside("contact-doubted", "contacts.detail", DEMO, contact_id="{doubted}"),
    inside("contact-tag-with-errors", "contacts.detail", DEMO, act=send("/tags"), status=422, contact_id="{contact}"),
    inside("contact-tips-with-errors", "contacts.detail", DEMO, act=send("/tips"), status=422, contact_id="{contact}"),
    inside("duplicates", "contacts.duplicates"),
    inside("contact-merge", "contacts.merge", DEMO, contact_id="{doubted}", other_id="{doubt}"),
    inside("merges", "contacts.merges"),
    inside("merge-undo", "contacts.merged", DEMO, merge_id="{merge}"),
    inside("merge-search", "contacts.choose_merge", DEMO, contact_id="{doubted}"),
    inside("merge-search-found", "contacts.choose_merge", DEMO, contact_id="{doubted}", q="karin"),
    inside("merge-search-nothing-found", "contacts.choose_merge", DEMO, contact_id="{doubted}", q="finnsinte"),
    inside("contact-edit", "contacts.edit", DEMO, contact_id="{contact}"),
    inside(
        "contact-edit-late",
        "contacts.edit",
        DEMO,
        act=come_late("#name", "Siv Bergström"),
        status=422,
        contact_id="{contact}",
    ),
    inside("contact-edit-with-errors", "contacts.edit", DEMO, act=send(name=""), status=422, contact_id="{contact}"),
    inside("contact-erase", "contacts.erase", DEMO, contact_id="{contact}"),
    inside("bulk-chosen-contacts", "contacts.index", DEMO, act=tick_rows),
)
