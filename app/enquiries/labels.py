from flask_babel import lazy_gettext as _l

from app.core.labels import Labels
from app.enquiries.models import EnquiryState, Wish
from app.enquiries.spam import Rung

LABELS: Labels = {
    Wish: {
        Wish.ASK: _l("Fråga"),
        Wish.CALL: _l("Vill bli uppringd"),
        Wish.BOOK: _l("Vill boka ett samtal"),
        Wish.TRY: _l("Vill prova hemma"),
        Wish.BUY: _l("Vill köpa"),
    },
    EnquiryState: {
        EnquiryState.OPEN: _l("Att svara på"),
        EnquiryState.ANSWERED: _l("Besvarad"),
        EnquiryState.CLOSED: _l("Avslutad utan svar"),
        EnquiryState.QUARANTINED: _l("I karantän"),
    },
    Rung: {
        Rung.TRAP: _l("ett fält som bara program ser var ifyllt"),
        Rung.TOO_FAST: _l("skickad snabbare än någon hinner skriva"),
        Rung.ADDRESS_LIMIT: _l("många från samma nätadress på kort tid"),
        Rung.HOUSE_LIMIT: _l("ovanligt många förfrågningar på kort tid"),
        Rung.BY_HAND: _l("markerad som skräp av er"),
        Rung.LINK_IN_NAME: _l("en länk i namnet"),
        Rung.MARKUP: _l("programkod i texten"),
        Rung.MANY_LINKS: _l("många länkar"),
        Rung.LINKS: _l("flera länkar"),
        Rung.OFFER: _l("liknar ett reklamerbjudande"),
        Rung.FOREIGN_LETTERS: _l("länkar bland främmande bokstäver"),
        Rung.GIBBERISH: _l("obegriplig text"),
    },
}
TAB_STATES = {
    "open": EnquiryState.OPEN,
    "answered": EnquiryState.ANSWERED,
    "closed": EnquiryState.CLOSED,
    "quarantine": EnquiryState.QUARANTINED,
}
"""The tabs of the list, by the word in the address."""
TAB_LABELS = {
    "open": _l("Att svara på"),
    "answered": _l("Besvarade"),
    "closed": _l("Avslutade utan svar"),
    "quarantine": _l("Karantän"),
}
