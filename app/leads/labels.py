from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.labels import Labels
from app.leads.columns import LeadColumn
from app.leads.listing import LeadSort
from app.leads.models import CallOutcome
from app.leads.moving import AlwaysAsked
from app.leads.own_stages import name_of_meaning
from app.leads.resting import RestPreset
from app.leads.stages import RequiredFact, Stage
from app.leads.stale import Staleness
from app.leads.timeline import Shown

LABELS: Labels = {
    Shown: {
        Shown.WORDS: _l("Frågor och svar"),
        Shown.CALLS: _l("Telefonsamtal"),
        Shown.NOTES: _l("Anteckningar"),
        Shown.STEPS: _l("Uppgifter och planer"),
        Shown.TALKS: _l("Konsultationer"),
        Shown.TRIALS: _l("Provperioder"),
        Shown.MAILS: _l("Mejl"),
        Shown.CHANGES: _l("Ändringar"),
    },
    Stage: {stage: LazyString(name_of_meaning, stage) for stage in Stage},
    CallOutcome: {
        CallOutcome.ANSWERED: _l("Svarade"),
        CallOutcome.NO_ANSWER: _l("Inget svar"),
        CallOutcome.VOICEMAIL: _l("Röstbrevlåda"),
    },
    Staleness: {
        Staleness.SILENT: _l("Har inte svarat"),
        Staleness.UNWORKED: _l("Inte bearbetad"),
    },
    RequiredFact: {
        RequiredFact.VALUE: _l("Värde"),
        RequiredFact.PHONE: _l("Telefon"),
        RequiredFact.EMAIL: _l("E-post"),
        RequiredFact.OWNER: _l("Ansvarig"),
        RequiredFact.NEXT_STEP: _l("Nästa steg"),
        RequiredFact.WHY: _l("En förklaring"),
    },
    AlwaysAsked: {
        AlwaysAsked.LOST_REASON: _l("Anledning"),
        AlwaysAsked.REST_DAY: _l("En dag att vila till"),
    },
    RestPreset: {
        RestPreset.MONTH: _l("En månad"),
        RestPreset.QUARTER: _l("Tre månader"),
        RestPreset.HALF_YEAR: _l("Ett halvår"),
        RestPreset.OTHER: _l("Till en dag"),
    },
    LeadColumn: {
        LeadColumn.NAME: _l("Namn"),
        LeadColumn.ABOUT: _l("Gäller"),
        LeadColumn.ARTICLE: _l("Artikel"),
        LeadColumn.NEXT_STEP: _l("Nästa steg"),
        LeadColumn.STAGE: _l("Steg"),
        LeadColumn.DAYS: _l("Dagar i steget"),
        LeadColumn.OWNER: _l("Ansvarig"),
        LeadColumn.VALUE: _l("Värde"),
        LeadColumn.TAGS: _l("Taggar"),
        LeadColumn.CREATED: _l("Kom in"),
        LeadColumn.ACTIVE: _l("Aktiv"),
        LeadColumn.PHONE: _l("Telefon"),
        LeadColumn.EMAIL: _l("E-post"),
        LeadColumn.SOURCE: _l("Källa"),
    },
    LeadSort: {
        LeadSort.ACTIVE: _l("Senast aktiv"),
        LeadSort.NAME: _l("Namn"),
        LeadSort.STAGE: _l("Steg"),
        LeadSort.NEXT_STEP: _l("Nästa steg"),
        LeadSort.VALUE: _l("Värde"),
        LeadSort.DAYS: _l("Dagar i steget"),
        LeadSort.CREATED: _l("Nyast"),
    },
}
STAGE_COLOURS = {
    Stage.NEW: "accent",
    Stage.WON: "done",
    Stage.LOST: "rest",
    Stage.RESTING: "rest",
}
"""Which chip a stage is shown as, where it is not the plain one."""
