from flask_babel import lazy_gettext as _l

from app.core.labels import Labels
from app.leads.listing import LeadSort
from app.leads.models import CallOutcome
from app.leads.resting import RestPreset
from app.leads.stages import Stage
from app.leads.stale import Staleness

LABELS: Labels = {
    Stage: {
        Stage.NEW: _l("Ny"),
        Stage.CONTACTED: _l("Kontaktad"),
        Stage.CONSULTATION: _l("Konsultation"),
        Stage.TRIAL: _l("Provperiod"),
        Stage.DECISION: _l("Beslut"),
        Stage.WON: _l("Vunnen"),
        Stage.LOST: _l("Förlorad"),
        Stage.RESTING: _l("Vilande"),
    },
    CallOutcome: {
        CallOutcome.ANSWERED: _l("Svarade"),
        CallOutcome.NO_ANSWER: _l("Inget svar"),
        CallOutcome.VOICEMAIL: _l("Röstbrevlåda"),
    },
    Staleness: {
        Staleness.SILENT: _l("Har inte svarat"),
        Staleness.UNWORKED: _l("Inte bearbetad"),
    },
    RestPreset: {
        RestPreset.MONTH: _l("En månad"),
        RestPreset.QUARTER: _l("Tre månader"),
        RestPreset.HALF_YEAR: _l("Ett halvår"),
        RestPreset.OTHER: _l("Till en dag"),
    },
    LeadSort: {
        LeadSort.ACTIVE: _l("Senast aktiv"),
        LeadSort.NEWEST: _l("Nyast"),
        LeadSort.NEXT_STEP: _l("Nästa steg"),
        LeadSort.NAME: _l("Namn"),
    },
}
STAGE_COLOURS = {
    Stage.NEW: "accent",
    Stage.WON: "done",
    Stage.LOST: "rest",
    Stage.RESTING: "rest",
}
"""Which chip a stage is shown as, where it is not the plain one."""
