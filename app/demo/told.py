"""A thread while it is being told, and what all threads share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from app.accounts.models import User
from app.articles.models import Article
from app.demo.past_mail import Gone
from app.demo.script import Beat, Thread
from app.demo.timing import Present, due_of, start_of, weekday_of
from app.follow_ups.dues import Due
from app.leads.models import Lead, LostReason


@dataclass(frozen=True, slots=True)
class House:
    """What all threads share."""

    present: Present
    chance: Random
    people: Mapping[str, User]
    articles: Mapping[str, Article]
    lost_reasons: Mapping[str, LostReason]
    gone: Gone


@dataclass(slots=True)
class Told:
    """A thread while it is being told, with the moments of its beats."""

    thread: Thread
    moments: list[datetime]
    house: House
    lead: Lead | None = None

    @property
    def owner(self) -> User:
        return self.house.people[self.thread.owner]

    @property
    def article(self) -> Article | None:
        return self.house.articles[self.thread.article] if self.thread.article else None

    def the_lead(self) -> Lead:
        """The lead, which the first beat made."""
        if self.lead is None:
            raise ValueError(f"the thread of {self.thread.name} begins with none of writes and meets")
        return self.lead


def form_number(chance: Random) -> str:
    """What a form that somebody sent was numbered."""
    return f"{chance.getrandbits(128):032x}"


def words_of(told: Told, beat: Beat) -> str:
    step, talk, present = told.thread.next_step, told.thread.talk, told.house.present
    if step is not None:
        due = due_of(step, present)
    elif talk is not None:
        due = Due(start_of(talk, present))
    else:
        return beat.text
    text = beat.text.replace("{day}", weekday_of(due, present))
    return text[:1].upper() + text[1:]
