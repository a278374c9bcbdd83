"""What else can be set, as a table: where, and in plain words what for. The pages lie in other rooms."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Setting:
    """One page of settings; `example` says what is decided there."""

    endpoint: str
    icon: str
    words: Any
    example: Any


SETTINGS = (
    Setting("accounts.users", "users", _l("Användare"), _l("Vem som får logga in, och som vad.")),
    Setting("accounts.notices", "bell", _l("Aviseringar"), _l("Vad du får mejl om, till exempel varje ny förfrågan.")),
    Setting(
        "leads.stages",
        "layout-kanban",
        _l("Steg och anledningar"),
        _l("Vad stegen heter och vad de frågar efter, till exempel Offert skickad, och varför affärer förloras."),
    ),
    Setting(
        "consultations.kinds",
        "calendar-check",
        _l("Konsultationstyper"),
        _l("Till exempel ett telefonsamtal på 20 minuter eller ett stallbesök."),
    ),
    Setting("consultations.hours", "clock", _l("Mina tider"), _l("När du tar emot, till exempel måndag–fredag 9–16.")),
    Setting(
        "consultations.travel",
        "map-pin",
        _l("Restider till besök"),
        _l("Hur lång tid det tar till olika postnummer, så att hembesök inte krockar."),
    ),
    Setting("trials.models", "packages", _l("Modeller"), _l("Vad ni lånar ut, hur länge och på vilka villkor.")),
    Setting(
        "trials.questions",
        "shield-check",
        _l("Frågor före provperioden"),
        _l("Vad den som vill prova får svara på, till exempel om hästen är dräktig."),
    ),
    Setting(
        "trials.scales",
        "chart-bar",
        _l("Egna skattningar"),
        _l("Vad låntagaren skattar från 0 till 10, till exempel sömn."),
    ),
    Setting(
        "trials.agreement_text", "file-upload", _l("Avtal för provperioder"), _l("Texten som låntagaren säger ja till.")
    ),
    Setting("mail.all_templates", "mail", _l("Mallar"), _l("Orden i mejlen, till exempel bekräftelsen av en bokning.")),
    Setting(
        "plans.index",
        "route",
        _l("Planer"),
        _l("Mejl och uppgifter som följer av sig själva, till exempel efter lånet."),
    ),
    Setting("lists.tags", "tag", _l("Taggar"), _l("Egna ord för kontakter och affärer, till exempel ”mässan”.")),
    Setting("home.guide", "bulb", _l("Guiden"), _l("Sex steg från en tom början till det första svaret.")),
)
