from flask_babel import lazy_gettext as _l

from app.core.labels import Labels
from app.home.groups import Group

LABELS: Labels = {
    Group: {
        Group.ANSWERS: _l("Att svara"),
        Group.CALLS: _l("Att ringa"),
        Group.MEETINGS: _l("Möten"),
        Group.TRIALS: _l("Provperioder"),
        Group.DECISIONS: _l("Beslut"),
        Group.TASKS: _l("Att göra"),
        Group.ADRIFT: _l("Utan nästa steg"),
        Group.DRAFTS: _l("Att godkänna"),
    }
}
