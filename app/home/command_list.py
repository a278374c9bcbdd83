"""What can be done from the search box, as a table: each command with its words in both languages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.core.access import may_open
from app.core.language import LANGUAGES
from app.core.words import words as words_of
from app.home.menu import MENU


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do or one page to open: what it is called, and under which further names it is found."""

    endpoint: str
    icon: str
    words: Any
    also: tuple[str, ...] = ()
    anchor: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    is_of_lead: bool = False
    """Whether it is about the lead whose page one stands on."""


OF_LEAD: tuple[tuple[str, str, Any, tuple[str, ...], str, Mapping[str, str]], ...] = (
    ("leads.detail", "message", _l("Svara"), ("skriv svar", "answer", "reply"), "compose", {"compose": "answer"}),
    ("leads.detail", "note", _l("Anteckna"), ("anteckning", "note", "write a note"), "compose", {"compose": "note"}),
    (
        "leads.detail",
        "phone-call",
        _l("Logga samtal"),
        ("ringde", "log call", "called"),
        "compose",
        {"compose": "call"},
    ),
    ("leads.detail", "flag", _l("Planera nästa steg"), ("uppgift", "plan next step", "task"), "next-step", {}),
    ("consultations.add", "calendar-event", _l("Boka en konsultation"), ("boka tid", "möte", "book a talk"), "", {}),
    ("trials.add", "packages", _l("Lägg till en provperiod"), ("låna ut", "prova", "lend", "trial"), "", {}),
)
"""About a lead: endpoint, icon, words, further names, anchor, values of the address."""

COMMANDS = (
    *(Command(*about, True) for about in OF_LEAD),
    Command("leads.add", "plus", _l("Ny affär"), ("lägg till affär", "new lead", "add lead")),
    Command(
        "contacts.add", "user-plus", _l("Ny kontakt"), ("lägg till kontakt", "person", "new contact", "add contact")
    ),
    Command("consultations.choose_lead", "calendar-event", _l("Boka"), ("boka konsultation", "tid", "möte", "book")),
    Command("trials.choose_lead", "packages", _l("Låna ut en enhet"), ("ny provperiod", "lend", "new trial")),
    *(Command(item.endpoint, item.icon, item.words) for item in MENU),
    Command("leads.board", "layout-kanban", _l("Affärernas tavla"), ("tavla", "kanban", "board")),
    Command("contacts.duplicates", "users", _l("Möjliga dubbletter"), ("slå ihop", "duplicates", "merge")),
    Command("contacts.merges", "users", _l("Sammanslagna kontakter"), ("dela upp", "merged contacts", "unmerge")),
    Command("lists.changes", "list", _l("Senaste ändringar"), ("ångra ändring", "recent changes", "undo")),
    Command("home.guide", "bulb", _l("Guiden"), ("kom igång", "testfråga", "getting started", "first steps")),
    Command("plans.drafts", "mail-forward", _l("Utkast att godkänna"), ("godkänn", "drafts", "approve")),
    Command("trials.calendar", "calendar", _l("Provperiodernas kalender"), ("utlånade", "trial calendar")),
    Command("trials.units", "device-heart-monitor", _l("Enheter"), ("serienummer", "units", "devices")),
    Command("trials.add_unit", "plus", _l("Ny enhet"), ("lägg till enhet", "new unit", "add unit")),
    Command("trials.import_list", "file-upload", _l("Läs in enheter"), ("importera enheter", "import units")),
    Command("trials.unit_labels", "qrcode", _l("Etiketter till enheter"), ("qr", "skriv ut", "labels", "print")),
    Command("articles.add", "article", _l("Ny artikel"), ("skriv artikel", "new article")),
    Command(
        "articles.add_external", "external-link", _l("Ny artikel på annan webbplats"), ("länk", "external article")
    ),
    Command("plans.add", "route", _l("Ny plan"), ("new plan",)),
    Command("mail.all_templates", "mail", _l("Mallar"), ("mejlmallar", "brev", "texter", "templates", "letters")),
    Command("mail.add_template", "mail", _l("Ny mall"), ("new template",)),
    Command(
        "consultations.kinds",
        "message",
        _l("Konsultationstyper"),
        ("det som går att boka", "samtalstyper", "besökstyper", "kinds of talks", "what can be booked"),
    ),
    Command("consultations.add_kind", "plus", _l("Ny konsultationstyp"), ("new kind of talk",)),
    Command(
        "consultations.hours",
        "clock",
        _l("Mina tider"),
        ("öppettider", "arbetstider", "ledig", "semester", "hours", "free times", "holiday"),
    ),
    Command("consultations.travel", "map-pin", _l("Restider till besök"), ("postnummer", "resor", "travel", "visits")),
    Command("reports.funnel_page", "chart-bar", _l("Rapport om tratten"), ("steg för steg", "funnel report")),
    Command("reports.answers", "chart-bar", _l("Rapport om svarstid"), ("time to answer report",)),
    Command("reports.sources_page", "chart-bar", _l("Rapport om källor"), ("source report",)),
    Command("reports.lost_page", "chart-bar", _l("Rapport om förlorade affärer"), ("varför vi förlorar",)),
    Command("reports.articles", "chart-bar", _l("Rapport om artiklar"), ("article report",)),
    Command("reports.trials", "chart-bar", _l("Rapport om provperioder"), ("trial report",)),
    Command("trials.add_model", "plus", _l("Ny modell"), ("new model",)),
    Command(
        "trials.models",
        "packages",
        _l("Modeller"),
        ("tillbehör", "deposition", "pris", "models", "accessories", "price"),
    ),
    Command(
        "trials.agreement_text",
        "note",
        _l("Avtal för provperioder"),
        ("låneavtal", "villkor", "loan agreement", "terms"),
    ),
    Command("trials.questions", "list", _l("Frågor före provperioden"), ("lämplighet", "suitability", "questions")),
    Command(
        "trials.scales",
        "chart-bar",
        _l("Egna skattningar"),
        ("skalor", "avstämningar", "hur länge svar sparas", "gallring", "scales", "ratings", "retention"),
    ),
    Command(
        "leads.stages",
        "layout-kanban",
        _l("Steg och anledningar"),
        ("kolumner", "förlorade", "lost reasons", "columns", "pipeline"),
    ),
    Command("leads.add_stage", "plus", _l("Lägg till ett steg"), ("nytt steg", "new stage")),
    Command("leads.add_reason", "plus", _l("Lägg till en anledning"), ("ny anledning", "new reason")),
    Command("lists.tags", "tag", _l("Taggar"), ("etiketter", "märkord", "labels")),
    Command(
        "settings.business",
        "building",
        _l("Företagets uppgifter"),
        ("adress", "telefon", "avsändare", "webbplats", "company details", "sender", "website"),
    ),
    Command(
        "accounts.users", "users", _l("Användare"), ("bjud in", "medarbetare", "roller", "invite", "staff", "roles")
    ),
    Command("accounts.activity", "history", _l("Vem gjorde vad"), ("logg", "aktivitet", "activity log", "audit")),
    Command("accounts.add_user", "user-plus", _l("Bjud in en användare"), ("ny användare", "new user")),
    Command("accounts.profile", "user", _l("Min profil"), ("språk", "utseende", "my profile", "dark mode")),
    Command(
        "accounts.notices", "bell", _l("Aviseringar"), ("påminnelser", "tysta timmar", "notifications", "quiet hours")
    ),
    Command("accounts.change_password", "lock", _l("Byt lösenord"), ("change password",)),
)
"""In the order that they are offered where several fit equally well."""

MOST = 6
"""So many commands are offered at once."""


def commands_for(text: str, *, is_owner: bool, may_change: bool, on_lead: bool) -> list[tuple[int, Command]]:
    """The commands that the text names or begins to, each with how well it fits, 0 being just so; the best first.

    Where nothing is said they are the first of the table.
    """
    asked = words_of(text)
    ranked = [
        (rank, command)
        for command, names in zip(COMMANDS, _names(), strict=True)
        if (not command.is_of_lead or (on_lead and may_change))
        and may_open(command.endpoint, is_owner=is_owner, may_change=may_change)
        and (rank := _rank(asked, names)) is not None
    ]
    return sorted(ranked, key=itemgetter(0))[:MOST]


def _rank(asked: Sequence[str], names: Iterable[Sequence[str]]) -> int | None:
    """0 where a name is the words, 1 where it begins with them, 2 where all of them begin words of it; else None."""
    ranks = [
        0 if name == asked else 1 if " ".join(name).startswith(" ".join(asked)) else 2
        for name in names
        if all(any(own.startswith(word) for own in name) for word in asked)
    ]
    return min(ranks, default=None)


@cache
def _names() -> Sequence[Sequence[Sequence[str]]]:
    """All that each command is called, folded: its words in every language, and its further names."""
    names = [[words_of(name) for name in command.also] for command in COMMANDS]
    for language in LANGUAGES:
        with force_locale(language):
            for known, command in zip(names, COMMANDS, strict=True):
                known.append(words_of(str(command.words)))
    return names
