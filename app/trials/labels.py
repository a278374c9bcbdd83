from flask_babel import lazy_gettext as _l

from app.core.labels import Labels
from app.trials.agreements import AgreedBy
from app.trials.check_ins import CheckInKind
from app.trials.listing import TrialGroup
from app.trials.models import Decision, TrialState
from app.trials.protocols import Look, PhotoKind, ProtocolKind
from app.trials.reminding import About
from app.trials.suitability import Answer, Verdict
from app.trials.touch_points import TouchPointKind, TouchPointState
from app.trials.units import UnitState

STATE_COLOURS = {
    TrialState.REQUESTED: "due",
    TrialState.SUITABLE: "due",
    TrialState.RESERVED: "accent",
    TrialState.AGREED: "accent",
    TrialState.OUT: "accent",
    TrialState.DECISION: "due",
    TrialState.RETURNING: "due",
    TrialState.RECEIVED: "due",
    TrialState.CHECKED: "due",
    TrialState.BOUGHT: "done",
    TrialState.NOT_BOUGHT: "rest",
    TrialState.LOST: "late",
    TrialState.DECLINED: "rest",
    TrialState.CANCELLED: "rest",
}
"""Which chip a state is shown as."""
UNIT_COLOURS = {
    UnitState.FREE: "done",
    UnitState.RESERVED: "accent",
    UnitState.OUT: "accent",
    UnitState.BACK_UNCHECKED: "due",
    UnitState.SERVICE: "rest",
    UnitState.SOLD: "rest",
    UnitState.LOST: "late",
}
"""Which chip the state of a unit is shown as."""
UNIT_ICONS = {
    UnitState.FREE: "home",
    UnitState.RESERVED: "calendar-event",
    UnitState.OUT: "user",
    UnitState.BACK_UNCHECKED: "alert-triangle",
    UnitState.SERVICE: "settings",
    UnitState.SOLD: "shopping-cart",
    UnitState.LOST: "alert-circle",
}
LABELS: Labels = {
    TrialState: {
        TrialState.REQUESTED: _l("Önskad"),
        TrialState.SUITABLE: _l("Lämplig"),
        TrialState.RESERVED: _l("Reserverad"),
        TrialState.AGREED: _l("Avtalad"),
        TrialState.OUT: _l("Utlånad"),
        TrialState.DECISION: _l("Dags att bestämma"),
        TrialState.RETURNING: _l("På väg tillbaka"),
        TrialState.RECEIVED: _l("Tillbaka, ej kontrollerad"),
        TrialState.CHECKED: _l("Kontrollerad"),
        TrialState.BOUGHT: _l("Köpt"),
        TrialState.NOT_BOUGHT: _l("Inte köpt"),
        TrialState.LOST: _l("Borta"),
        TrialState.DECLINED: _l("Inte lämplig"),
        TrialState.CANCELLED: _l("Återtagen"),
    },
    TrialGroup: {
        TrialGroup.TO_JUDGE: _l("Att bedöma"),
        TrialGroup.TO_RESERVE: _l("Att reservera"),
        TrialGroup.RESERVED: _l("Reserverade"),
        TrialGroup.OUT: _l("Ute"),
        TrialGroup.OVERDUE: _l("Försenade"),
        TrialGroup.BACK: _l("Tillbaka"),
        TrialGroup.ENDED: _l("Avslutade"),
    },
    Decision: {
        Decision.BUYS_THIS: _l("Köper den här"),
        Decision.BUYS_NEW: _l("Köper en ny"),
        Decision.RETURNS: _l("Lämnar tillbaka den"),
    },
    UnitState: {
        UnitState.FREE: _l("Ledig"),
        UnitState.RESERVED: _l("Reserverad"),
        UnitState.OUT: _l("Utlånad"),
        UnitState.BACK_UNCHECKED: _l("Tillbaka, ej kontrollerad"),
        UnitState.SERVICE: _l("På service"),
        UnitState.SOLD: _l("Såld"),
        UnitState.LOST: _l("Borta"),
    },
    Answer: {Answer.YES: _l("Ja"), Answer.NO: _l("Nej"), Answer.UNSURE: _l("Vet inte")},
    Verdict: {
        Verdict.FINE: _l("Inget hinder"),
        Verdict.ASK: _l("Prata först"),
        Verdict.STOP: _l("Inte lämplig"),
    },
    AgreedBy: {AgreedBy.LINK: _l("på sin egen sida"), AgreedBy.PAPER: _l("på papper")},
    ProtocolKind: {ProtocolKind.HAND_OVER: _l("Utlämning"), ProtocolKind.RETURN: _l("Återlämning")},
    Look: {
        Look.LATER: _l("Vi kontrollerar den senare"),
        Look.FINE: _l("Kontrollerad: den är som den ska"),
        Look.SERVICE: _l("Kontrollerad: den behöver service"),
    },
    PhotoKind: {
        PhotoKind.HAND_OVER: _l("Vid utlämningen"),
        PhotoKind.RETURN: _l("Vid återlämningen"),
        PhotoKind.AGREEMENT: _l("Avtalet"),
    },
    TouchPointKind: {
        TouchPointKind.STARTED_WELL: _l("Gick det bra att komma igång?"),
        TouchPointKind.CHECK_IN_EARLY: _l("Första avstämningen"),
        TouchPointKind.CHECK_IN_LATER: _l("Andra avstämningen"),
        TouchPointKind.ENDS_SOON: _l("Slutar snart"),
        TouchPointKind.DECISION: _l("Dags att bestämma"),
        TouchPointKind.OVERDUE_TASK: _l("Försenad: ring"),
        TouchPointKind.OVERDUE_MAIL: _l("Försenad: mejl"),
        TouchPointKind.OVERDUE_AGAIN: _l("Försenad: mejl igen"),
    },
    About: {
        About.AGREEMENT: _l("Påminn om avtalet"),
        About.CHECK_IN: _l("Påminn om avstämningen"),
        About.DECISION: _l("Påminn om att bestämma sig"),
        About.RETURN: _l("Påminn om återlämningen"),
    },
    TouchPointState: {
        TouchPointState.PLANNED: _l("Planerad"),
        TouchPointState.DONE: _l("Gjord"),
        TouchPointState.SKIPPED: _l("Överhoppad"),
    },
    CheckInKind: {
        CheckInKind.BASELINE: _l("Vid utlämningen"),
        CheckInKind.EARLY: _l("Första avstämningen"),
        CheckInKind.LATER: _l("Andra avstämningen"),
        CheckInKind.OWN: _l("På eget initiativ"),
    },
}
