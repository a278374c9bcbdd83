"""Writing to us, and what has come."""

from tests.acts import send
from tests.pages.table import DEMO, EMPTY, inside, public

PAGES = (
    public("ask", "enquiries.ask", slug="{article}"),
    public("ask-to-try", "enquiries.ask", slug="{article}", wish="try"),
    public("ask-with-errors", "enquiries.ask", act=send(), status=422, slug="{article}"),
    public("contact", "enquiries.contact", DEMO, EMPTY),
    public("contact-with-errors", "enquiries.contact", act=send(), status=422),
    public("thanks", "enquiries.thanks", token="{thanks}"),
    public("private", "enquiries.private", token="{private}"),
    public("private-with-errors", "enquiries.private", act=send(), status=422, token="{private}"),
    public("private-expired", "enquiries.private", token="{expired}", status=410),
    public("new-link-sent", "enquiries.new_link_sent"),
    inside("enquiries", "enquiries.index"),
    inside("enquiries-answered", "enquiries.index", show="answered"),
    inside("enquiries-closed", "enquiries.index", EMPTY, show="closed"),
    inside("enquiries-quarantine", "enquiries.index", show="quarantine"),
    inside("enquiry-split", "enquiries.split", DEMO, enquiry_id="{misplaced}"),
    inside("enquiry-split-to-new", "enquiries.split", DEMO, enquiry_id="{misplaced}", to="new"),
    inside("enquiry-split-to-known", "enquiries.split", DEMO, enquiry_id="{misplaced}", to="{doubted}"),
    inside("enquiry-split-undo", "enquiries.moved", DEMO, split_id="{split}"),
)
