"""The threads of the demo as they are written down: who writes, about whom, and what comes of it.

A thread in `threads/*.toml` is one person's whole story. `says` is what they sent (`asks` what they wrote when they
asked to try a device, or `met` how we met them), and `then` lists what followed, oldest first, each line a beat:
`verb [+days] [(what)]: words`. In brackets stands what the verb leaves open: why a lead was lost, which kind of
consultation was booked, until how many days from today a unit is lent, what was missing when it came back. The days
count from the beat before; where none are named, the verb has its usual ones. `ago` says when the last beat was ("35m",
"3h", whole days, or "running out" for what must be answered next), and `next` what is owed then: `kind when [clock]:
words`, where `when` is "today" or days from today; `talk = "when clock"` says when a consultation is that is still
ahead. `{day}` in the words is the weekday of that next step or talk. Who leaves no e-mail address says
`reach = "phone"`, who leaves no number `reach = "email"`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.contacts.models import SubjectKind
from app.core.words import fold
from app.enquiries.models import Wish
from app.follow_ups.models import FollowUpKind

THREADS = Path(__file__).parent / "threads"
SPAM = Path(__file__).parent / "spam.toml"

RUNNING_OUT = "running out"
FIRST_NUMBER, LAST_NUMBER = 605, 699
OUR_OWN_NUMBER = 610


class Verb(StrEnum):
    """What can happen in a thread."""

    WRITES = "writes"
    REPLY = "reply"
    MEETS = "meets"
    ANSWER = "answer"
    CALLED = "called"
    NO_ANSWER = "no answer"
    VOICEMAIL = "voicemail"
    NOTE = "note"
    YES_TO_TIPS = "yes to tips"
    NO_TO_TIPS = "no to tips"
    CONTACTED = "contacted"
    CONSULTATION = "consultation"
    BOOKS = "books"
    REBOOKS = "rebooks"
    CANCELS = "cancels"
    WANTS_EARLIER = "wants earlier"
    MISSED = "missed"
    ASKS = "asks"
    WANTS = "wants to try"
    SUITS = "suits"
    DECLINES = "declined"
    RESERVES = "reserved"
    AGREES = "agrees"
    TRIAL = "trial"
    CHECKS_IN = "checks in"
    EXTENDS = "extended"
    DECIDES = "decides"
    SENDS_BACK = "sends back"
    RECEIVES = "received"
    CHECKS = "checked"
    UNIT_LOST = "unit lost"
    CALLS_OFF = "called off"
    DECISION = "decision"
    WON = "won"
    LOST = "lost"
    RESTING = "resting"

    @property
    def is_theirs(self) -> bool:
        """Whether the visitor does it."""
        return self in (
            *(Verb.WRITES, Verb.REPLY, Verb.NO_TO_TIPS),
            *(Verb.BOOKS, Verb.REBOOKS, Verb.CANCELS, Verb.WANTS_EARLIER),
            *(Verb.ASKS, Verb.AGREES, Verb.CHECKS_IN, Verb.SENDS_BACK),
        )


USUAL_DAYS = {
    Verb.WRITES: 20,
    Verb.REPLY: 1,
    Verb.ANSWER: 0,
    Verb.CALLED: 2,
    Verb.NO_ANSWER: 2,
    Verb.VOICEMAIL: 2,
    Verb.NOTE: 1,
    Verb.YES_TO_TIPS: 0,
    Verb.NO_TO_TIPS: 5,
    Verb.CONTACTED: 1,
    Verb.CONSULTATION: 3,
    Verb.BOOKS: 1,
    Verb.REBOOKS: 1,
    Verb.CANCELS: 2,
    Verb.WANTS_EARLIER: 0,
    Verb.MISSED: 4,
    Verb.ASKS: 20,
    Verb.WANTS: 2,
    Verb.SUITS: 1,
    Verb.DECLINES: 1,
    Verb.RESERVES: 1,
    Verb.AGREES: 1,
    Verb.TRIAL: 4,
    Verb.CHECKS_IN: 5,
    Verb.EXTENDS: 20,
    Verb.DECIDES: 2,
    Verb.SENDS_BACK: 2,
    Verb.RECEIVES: 2,
    Verb.CHECKS: 1,
    Verb.UNIT_LOST: 10,
    Verb.CALLS_OFF: 3,
    Verb.DECISION: 5,
    Verb.WON: 3,
    Verb.LOST: 5,
    Verb.RESTING: 4,
}
"""After the beat before; what follows a visitor's letter comes at once."""

ONWARD = (
    "Toppen, då säger vi så!",
    "Tack för att du hörde av dig. Då gör vi så.",
    "Vad bra! Jag återkommer så fort jag har tittat i kalendern.",
    "Det låter bra. Vi hörs och bestämmer resten.",
    "Tack! Då vet jag, och ordnar det från mitt håll.",
    "Perfekt. Hör av dig om något ändras.",
)
FAREWELL = (
    "Tack för att du berättade. Du är alltid välkommen tillbaka.",
    "Det har jag full förståelse för. Ta hand om dig, så hörs vi när det passar.",
    "Tack för att du skrev, det uppskattar jag. Lycka till!",
    "Då gör vi så. Hör av dig när du vill, ingen fråga är för liten.",
)
THANKS_IN_ENGLISH = ("Perfect, see you then!",)
"""What we write back to a reply, where the thread tells only what came of it."""


@dataclass(frozen=True, slots=True)
class Beat:
    """One thing that happens, so many days after the beat before it."""

    verb: Verb
    text: str
    days: int = 0
    what: str | None = None
    """What stands in brackets."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is owed at the end of a thread, counted from today; at a clock time or any time that day."""

    kind: FollowUpKind
    days: int
    clock: time | None
    title: str


@dataclass(frozen=True, slots=True)
class Thread:
    """One person's story. `ago` is a number of whole days, a length of time, or None where time is running out."""

    name: str
    email: str | None
    phone: str | None
    subject_kind: SubjectKind
    subject_name: str | None
    article: str | None
    owner: str
    wish: Wish
    language: str
    wants_tips: bool
    ago: int | timedelta | None
    beats: tuple[Beat, ...]
    next_step: NextStep | None
    talk: NextStep | None
    """The consultation that is still ahead."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing that nobody wants to read."""

    name: str
    email: str
    days_ago: int
    message: str
    trap: bool = False


def threads() -> list[Thread]:
    """Every thread; who left a number has one of their own, and keeps it from thread to thread."""
    written = [(entry, sheet) for sheet in _sheets() for entry in sheet["thread"]]
    numbers: dict[str, str] = {}
    free = (number for number in range(FIRST_NUMBER, LAST_NUMBER + 1) if number != OUR_OWN_NUMBER)
    for entry, _ in written:
        if entry.get("reach") != "email" and "phone_of" not in entry and entry["name"] not in numbers:
            numbers[entry["name"]] = _as_typed(next(free))
    return [_thread(entry, sheet, numbers) for entry, sheet in written]


def letters() -> list[Letter]:
    """Every piece of spam."""
    return [Letter(**entry) for entry in tomllib.loads(SPAM.read_text(encoding="utf-8"))["letter"]]


def _sheets() -> Iterator[dict[str, Any]]:
    for path in sorted(THREADS.glob("*.toml")):
        yield tomllib.loads(path.read_text(encoding="utf-8"))


def _as_typed(number: int) -> str:
    """A number as somebody types it; people differ."""
    pair, last = divmod(number, 100)
    forms = (
        "070-174 {:02} {:02}",
        "070-174{:02}{:02}",
        "070174{:02}{:02}",
        "+46 70 174 {:02} {:02}",
        "070 174 {:02} {:02}",
    )
    return forms[number % len(forms)].format(pair, last)


def _thread(entry: Mapping[str, Any], sheet: Mapping[str, Any], numbers: Mapping[str, str]) -> Thread:
    name = entry["name"]
    kind, _, subject_name = entry.get("about", "self").partition(": ")
    return Thread(
        name=name,
        email=None if entry.get("reach") == "phone" else entry.get("email") or _address_of(name),
        phone=None if entry.get("reach") == "email" else numbers[entry.get("phone_of", name)],
        subject_kind=SubjectKind(kind),
        subject_name=subject_name or None,
        article=entry.get("article") or sheet.get("article"),
        owner=entry.get("owner") or sheet.get("owner", "maj"),
        wish=Wish(entry.get("wish", "ask")),
        language=entry.get("language", "sv"),
        wants_tips=entry.get("tips", False),
        ago=_ago(entry["ago"]),
        beats=_beats(entry),
        next_step=_next_step(entry["next"]) if "next" in entry else None,
        talk=_next_step(f"{FollowUpKind.VISIT} {entry['talk']}: ") if "talk" in entry else None,
    )


def _address_of(name: str) -> str:
    return fold(name).replace(" ", ".") + "@example.se"


def _ago(written: int | str) -> int | timedelta | None:
    if isinstance(written, int):
        return written
    if written == RUNNING_OUT:
        return None
    number, unit = int(written[:-1]), written[-1]
    return {"m": timedelta(minutes=number), "h": timedelta(hours=number)}[unit]


def _beats(entry: Mapping[str, Any]) -> tuple[Beat, ...]:
    beats = [_opening(entry)]
    for line in entry.get("then", ()):
        if beats[-1].verb is Verb.REPLY and not line.startswith(_HANDLES_A_LETTER):
            beats.append(_thanks(line, entry))
        beats.append(_beat(line, is_after_theirs=beats[-1].verb.is_theirs))
    return tuple(beats)


def _opening(entry: Mapping[str, Any]) -> Beat:
    if "asks" in entry:
        return _beat(f"{Verb.ASKS}{entry['asks'].strip()}", is_after_theirs=False)
    return Beat(Verb.WRITES, entry["says"].strip()) if "says" in entry else Beat(Verb.MEETS, entry["met"])


_HANDLES_A_LETTER = (Verb.ANSWER, Verb.CALLED)


def _thanks(line: str, entry: Mapping[str, Any]) -> Beat:
    """A short answer; which one depends on the name alone."""
    pool: tuple[str, ...] = FAREWELL if line.startswith((Verb.LOST, Verb.RESTING)) else ONWARD
    if entry.get("language") == "en":
        pool = THANKS_IN_ENGLISH
    return Beat(Verb.ANSWER, pool[sum(entry["name"].encode()) % len(pool)])


_BEAT = re.compile(r"(?P<verb>[a-z ]+?)(?: \+(?P<days>\d+))?(?: ?\((?P<what>[^)]+)\))?: (?P<text>.+)", re.DOTALL)
_NEXT = re.compile(r"(?P<kind>[a-z]+) (?P<when>today|[+-]\d+)(?: (?P<clock>\d\d:\d\d))?: (?P<text>.*)")


def _beat(line: str, *, is_after_theirs: bool) -> Beat:
    found = _parts(_BEAT, line)
    verb = Verb(found["verb"])
    usual = 0 if is_after_theirs and not verb.is_theirs else USUAL_DAYS[verb]
    return Beat(verb, found["text"], int(found["days"]) if found["days"] else usual, found["what"])


def _next_step(line: str) -> NextStep:
    found = _parts(_NEXT, line)
    days = 0 if found["when"] == "today" else int(found["when"])
    clock = time.fromisoformat(found["clock"]) if found["clock"] else None
    return NextStep(FollowUpKind(found["kind"]), days, clock, found["text"])


def _parts(pattern: re.Pattern[str], line: str) -> dict[str, str]:
    found = pattern.fullmatch(line)
    if found is None:
        raise ValueError(f"cannot read this line of a thread: {line}")
    return found.groupdict()
