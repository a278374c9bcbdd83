"""Messages, templates, and the way out of them."""

from tests.acts import send
from tests.pages.table import DEMO, EMPTY, inside, public

PAGES = (
    public("unsubscribe", "mail.unsubscribe", token="{unsubscribe}"),
    public("unsubscribed", "mail.unsubscribe", token="{unsubscribed}"),
    inside("mail", "mail.index"),
    inside("mail-planned", "mail.index", show="planned"),
    inside("mail-missed", "mail.index", EMPTY, show="missed"),
    inside("mail-stopped", "mail.index", DEMO, show="stopped", kind="enquiry_confirmation"),
    inside("mail-none-stopped", "mail.index", EMPTY, show="stopped"),
    inside("mail-beyond-the-last", "mail.index", EMPTY, after="1"),
    inside("mail-none-under-way", "mail.index", EMPTY, show="under_way"),
    inside("mail-none-needs-help", "mail.index", EMPTY, show="needs_person"),
    inside("mail-none-of-a-kind", "mail.index", EMPTY, kind="enquiry_confirmation"),
    inside("mail-message", "mail.show", DEMO, message_id="{message}"),
    inside("templates", "mail.all_templates"),
    inside("template", "mail.template", DEMO, template_id="{template}"),
    inside("template-for-a-lead", "mail.template", DEMO, template_id="{template}", lead="{lead}"),
    inside("template-looking-for-a-lead", "mail.template", DEMO, template_id="{template}", q="a"),
    inside("template-add", "mail.add_template", EMPTY),
    inside("template-add-with-errors", "mail.add_template", EMPTY, act=send(), status=422),
    inside("template-edit", "mail.edit_template", DEMO, template_id="{template}"),
    inside(
        "template-edit-with-errors",
        "mail.edit_template",
        DEMO,
        act=send(subject_sv=""),
        status=422,
        template_id="{template}",
    ),
)
