from flask_babel import lazy_gettext as _l

from app.core.labels import Labels
from app.reports.periods import Span

LABELS: Labels = {
    Span: {
        Span.MONTH: _l("Den här månaden"),
        Span.QUARTER: _l("Det här kvartalet"),
        Span.YEAR: _l("12 månader"),
        Span.ALL: _l("Allt"),
        Span.DATES: _l("Egna datum"),
    },
}
