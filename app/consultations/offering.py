"""What can be booked: how kinds of consultation are made, changed, shown to visitors and hidden, and how far we go."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import time
from itertools import pairwise
from operator import attrgetter

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.articles.slugs import free_slug
from app.consultations.hosts import Host
from app.consultations.kind_queries import every_slug, has_bookings, last_position
from app.consultations.kinds import (
    EVERY_DAY,
    Audience,
    ConsultationKind,
    KindQuestion,
    NoticeUnit,
    Place,
    TravelBand,
)
from app.consultations.labels import postcode_words
from app.core.db import db
from app.core.errors import RuleBroken

MOST_QUESTIONS = 8
MOST_BANDS = 40


@dataclass(frozen=True, slots=True)
class KindFacts:
    """All that a kind is but its questions and its hosts, by the names of its columns."""

    name_sv: str
    name_en: str
    place: Place
    length_minutes: int
    step_minutes: int
    about_sv: str = ""
    about_en: str = ""
    audience: Audience = Audience.BOTH
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 0
    notice: int = 24
    notice_unit: NoticeUnit = NoticeUnit.HOURS
    horizon_days: int = 60
    most_per_day: int | None = None
    most_per_week: int | None = None
    needs_confirming: bool = False
    reminds_at: time | None = time(17, 0)
    reminds_minutes_before: int | None = 60
    change_until_minutes: int = 120


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is asked, in both languages."""

    words_sv: str
    words_en: str
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """How long it takes to postcodes from one until another, and on which weekdays we go there."""

    postcode_from: str
    postcode_until: str
    travel_minutes: int
    weekdays: str = EVERY_DAY


def add_kind(
    facts: KindFacts, questions: Sequence[Question] = (), hosts: Sequence[Host] = (), *, slug: str = ""
) -> ConsultationKind:
    """A new kind, hidden. Its address is made from its Swedish name once, and stays whatever it is renamed to."""
    kind = ConsultationKind(slug=slug or free_slug(facts.name_sv, every_slug()), position=last_position() + 1)
    db.session.add(kind)
    change_kind(kind, facts, questions, hosts)
    db.session.flush()
    return kind


def change_kind(kind: ConsultationKind, facts: KindFacts, questions: Sequence[Question], hosts: Sequence[Host]) -> None:
    """Describe a kind anew. What is booked already stays as it was agreed. One that is shown needs a host."""
    if kind.is_published:
        _refuse_without_hosts(hosts)
    if len(questions) > MOST_QUESTIONS:
        raise RuleBroken(_l("Fråga högst %(most)s saker, så att det går fort att boka.", most=MOST_QUESTIONS))
    for name, value in asdict(facts).items():
        setattr(kind, name, sa.null() if value is None else value)  # for a plain None the column's default is taken
    kind.hosts = list(hosts)
    kind.questions = [
        KindQuestion(
            position=position, words_sv=question.words_sv, words_en=question.words_en, is_required=question.is_required
        )
        for position, question in enumerate(questions)
    ]


def publish(kind: ConsultationKind) -> None:
    """Let visitors book it. Refused while nobody holds it."""
    _refuse_without_hosts(kind.hosts)
    kind.is_published = True


def hide(kind: ConsultationKind) -> None:
    """Offer it to no more visitors. What is booked stands."""
    kind.is_published = False


def remove(kind: ConsultationKind) -> None:
    """Take a kind away. One that has ever been booked is refused: it can be hidden."""
    if has_bookings(kind.id):
        raise RuleBroken(_l("Konsultationstypen har bokats, och bokningarna hänvisar till den. Dölj den i stället."))
    db.session.delete(kind)


def change_travel(bands: Sequence[Band]) -> None:
    """Put these bands in the place of those there were. Two that share a postcode are refused, since neither counts."""
    for before, after in pairwise(sorted(bands, key=attrgetter("postcode_from", "postcode_until"))):
        if after.postcode_from <= before.postcode_until:
            raise RuleBroken(
                _l(
                    "Postnummer %(first)s finns i två rader: %(one)s och %(other)s. Låt varje postnummer stå i en rad.",
                    first=postcode_words(after.postcode_from),
                    one=_span_words(before),
                    other=_span_words(after),
                )
            )
    db.session.execute(sa.delete(TravelBand))
    db.session.add_all(TravelBand(**asdict(band)) for band in bands)


def _refuse_without_hosts(hosts: Sequence[Host]) -> None:
    if not hosts:
        raise RuleBroken(_l("Ingen håller den här konsultationen än. Välj minst en värd, så går den att boka."))


def _span_words(band: Band) -> str:
    return f"{postcode_words(band.postcode_from)}–{postcode_words(band.postcode_until)}"
