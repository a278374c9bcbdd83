from flask_babel import lazy_gettext as _l

from app.core.labels import Labels
from app.follow_ups.dues import DuePreset
from app.follow_ups.models import FollowUpKind

LABELS: Labels = {
    FollowUpKind: {
        FollowUpKind.ANSWER: _l("Svara"),
        FollowUpKind.CALL: _l("Ring"),
        FollowUpKind.MAIL: _l("Mejla"),
        FollowUpKind.VISIT: _l("Besök"),
        FollowUpKind.OTHER: _l("Annat"),
    },
    DuePreset: {
        DuePreset.TODAY: _l("I dag"),
        DuePreset.LATER_TODAY: _l("Senare i dag"),
        DuePreset.TOMORROW: _l("I morgon 09.00"),
        DuePreset.NEXT_WEEK: _l("Nästa vecka"),
        DuePreset.OTHER: _l("Annan dag"),
    },
}
ICONS = {
    FollowUpKind.ANSWER: "message",
    FollowUpKind.CALL: "phone",
    FollowUpKind.MAIL: "mail",
    FollowUpKind.VISIT: "map-pin",
    FollowUpKind.OTHER: "flag",
}
