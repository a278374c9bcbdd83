from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.labels import Labels
from app.mail.marketing import NO_CONSENT, QUIET, TOO_MANY
from app.mail.models import MessageState
from app.mail.reasons import ERASED, GONE, MOVED, NOT_WANTED, OTHER_PERSON, SETTLED
from app.mail.suppressions import UNSUBSCRIBED
from app.mail.wording import MISSING

LABELS: Labels = {
    MessageState: {
        MessageState.PENDING: _l("Väntar"),
        MessageState.CLAIMED: _l("På tur"),
        MessageState.SENDING: _l("På väg"),
        MessageState.SENT: _l("Skickat"),
        MessageState.FAILED: _l("Avvisat"),
        MessageState.SUPPRESSED: _l("Stoppat"),
        MessageState.CANCELLED: _l("Avbrutet"),
        MessageState.EXPIRED: _l("För sent"),
        MessageState.UNCERTAIN: _l("Osäkert"),
        MessageState.DEAD: _l("Gick inte att skapa"),
    }
}
STATE_COLOURS = {
    MessageState.SENT: "done",
    MessageState.CLAIMED: "accent",
    MessageState.SENDING: "accent",
    MessageState.FAILED: "late",
    MessageState.DEAD: "late",
    MessageState.UNCERTAIN: "due",
}
"""Which chip a state is shown as, where it is not the plain one."""

STATE_ICONS = {
    MessageState.SENT: "check",
    MessageState.FAILED: "alert-circle",
    MessageState.DEAD: "alert-circle",
    MessageState.UNCERTAIN: "alert-triangle",
}

ADVICE = {
    MessageState.FAILED: _l("Mottagarens server tog inte emot mejlet. Kontrollera adressen, eller ring i stället."),
    MessageState.UNCERTAIN: _l(
        "Servern kan ha tagit emot mejlet utan att hinna svara. Skicka om det bara om det inte har kommit fram."
    ),
    MessageState.DEAD: _l(
        "Texten gick inte att skapa. Felet finns i serverns logg. Skicka om mejlet när det är rättat."
    ),
    MessageState.EXPIRED: _l("Det blev för sent för mejlet att vara till nytta, så det skickades inte."),
}
"""What a person can do about a message that was not sent."""

ADVICE_BY_REASON = {
    "address_suppressed": _l("Adressen har tidigare avvisats för gott. Be om en annan adress, eller ring."),
    NO_CONSENT: _l("Det som erbjuder något får bara gå till den som har sagt ja till tips. Fråga först, eller ring."),
    UNSUBSCRIBED: _l(
        "Mottagaren har sagt nej till tips. Svar och besked om det ni kommit överens om går fram som vanligt."
    ),
}
"""The same where the reason says more than the state."""

REASONS = {
    "lease_over": _l("Schemaläggaren avbröts, mejlet gick tillbaka i kön"),
    "lease_too_short": _l("Det drog ut på tiden, mejlet gick tillbaka i kön"),
    "not_begun": _l("Schemaläggaren stannade, mejlet gick tillbaka i kön"),
    "channel": _l("Mejlservern svarar inte, mejlet väntar"),
    "storage": _l("Databasen var upptagen, mejlet väntar"),
    "policy": _l("Mejlservern tar inte emot från oss just nu"),
    "outcome_unknown": _l("Servern hann inte svara om mejlet kom fram"),
    "address_suppressed": _l("Adressen har tidigare avvisats"),
    "plan_stopped": _l("Planen stoppades innan mejlet gick"),
    ERASED: _l("Mottagaren har raderats"),
    OTHER_PERSON: _l("Det hörde till någon annan än mottagaren"),
    NO_CONSENT: _l("Inget samtycke till tips"),
    UNSUBSCRIBED: _l("Mottagaren har sagt nej till tips"),
    TOO_MANY: _l("Två tips på en vecka är nog, mejlet väntar"),
    QUIET: _l("Tips skickas bara mellan 07 och 20 och inte på helgdagar, mejlet väntar"),
    "too_late": _l("Tiden för mejlet är förbi"),
    "poison": _l("Texten gick inte att skapa efter flera försök"),
    "no_text": _l("Texten gick inte att skapa, nytt försök strax"),
    "temporary": _l("Mejlservern bad oss vänta"),
    "refused": _l("Mejlservern sa nej"),
    GONE: _l("Det som mejlet handlade om är borta"),
    "lead closed": _l("Affären är avslutad"),
    "consent taken back": _l("Kontakten har tagit tillbaka sitt samtycke"),
    SETTLED: _l("Det är redan avklarat"),
    "in quarantine": _l("Förfrågan ligger i karantän"),
    MOVED: _l("Tiden har ändrats"),
    "taken": _l("Någon annan hann ta tiden"),
    NOT_WANTED: _l("Mottagaren vill inte längre ha det"),
    "nothing to say": _l("Det fanns inget att berätta"),
    "said elsewhere": _l("Det sägs redan i ett annat mejl"),
    "no_such_address": _l("Adressen finns inte"),
}
"""What the outbox and the rooms say; any other reason is a server's answer or a person's name, shown as it is."""

JOBS = {
    "deliver": _l("Skicka mejl"),
    "heartbeat": _l("Visa att schemaläggaren lever"),
    "take_back": _l("Ta tillbaka avbrutna mejl"),
    "remind_to_answer": _l("Påminna om svar"),
    "remind_of_tasks": _l("Påminna om uppgifter"),
    "wake_resting": _l("Väcka vilande affärer"),
    "advance_plans": _l("Gå vidare med planer"),
    "start_plans": _l("Starta planer"),
    "import_calendars": _l("Läsa andra kalendrar"),
    "care_for_trials": _l("Sköta om provperioder"),
    "carry_on_changes": _l("Göra klart det som görs med många"),
    "forget_changes": _l("Glömma det som inte längre kan ångras"),
    "plan_digests": _l("Sammanställa dagen och veckan"),
    "empty_quarantine": _l("Tömma karantänen"),
    "compare_contacts": _l("Leta efter kontakter som kan vara samma person"),
    "forget_stories": _l("Glömma sammanslagningar som inte kan ångras längre"),
    "forget_splits": _l("Glömma flyttade förfrågningar som inte kan ångras längre"),
    "forget_ratings": _l("Glömma egna skattningar"),
    "forget_removed": _l("Glömma borttagna taggar och vyer"),
    "forget_old_sessions": _l("Glömma gamla inloggningar"),
    "learn_sizes": _l("Hålla långa listor snabba"),
}


def reason_words(reason: str | None) -> Any:
    """A reason as people read it."""
    reason = reason or ""
    if reason.startswith(MISSING):
        return _("Saknar: %(names)s", names=reason.removeprefix(MISSING))
    return REASONS.get(reason, reason)


def advice_words(state: MessageState, reason: str | None) -> Any:
    """What a person can do about a message that came to that end for that reason; nothing where all is well."""
    return ADVICE_BY_REASON.get(reason or "") if state is MessageState.SUPPRESSED else ADVICE.get(state)
