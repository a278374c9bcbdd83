from flask_babel import lazy_gettext as _l

from app.core.labels import Labels
from app.plans.models import DraftState, RunState, StepAction, StopReason
from app.plans.waits import WaitUnit

LABELS: Labels = {
    WaitUnit: {
        WaitUnit.DAYS: _l("dagar"),
        WaitUnit.WORKING_DAYS: _l("arbetsdagar"),
    },
    StepAction: {
        StepAction.LETTER: _l("Skicka ett mejl"),
        StepAction.TASK: _l("Gör en uppgift"),
    },
    RunState: {
        RunState.RUNNING: _l("Pågår"),
        RunState.FINISHED: _l("Klar"),
        RunState.STOPPED: _l("Stoppad"),
    },
    DraftState: {
        DraftState.WAITING: _l("Att godkänna"),
        DraftState.APPROVED: _l("Godkänt"),
        DraftState.SKIPPED: _l("Överhoppat"),
        DraftState.WITHDRAWN: _l("Indraget, planen stoppades"),
    },
    StopReason: {
        StopReason.REPLIED: _l("kontakten hörde av sig"),
        StopReason.BOOKED: _l("en tid bokades"),
        StopReason.LENT: _l("en provperiod reserverades"),
        StopReason.STAGE_CHANGED: _l("affären bytte steg"),
        StopReason.CLOSED: _l("affären avslutades"),
        StopReason.UNSUBSCRIBED: _l("kontakten tackade nej till utskick"),
        StopReason.CONSENT_WITHDRAWN: _l("kontakten tog tillbaka sitt samtycke"),
        StopReason.NO_ADDRESS: _l("kontakten har ingen e-postadress"),
        StopReason.BY_HAND: _l("för hand"),
    },
}
