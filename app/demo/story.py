"""Fill an empty instance with the demo: the business, its people and articles, and eight months of threads."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from random import Random

from app.accounts.models import Role, TaskReminder, User
from app.accounts.passwords import NOBODYS_HASH
from app.accounts.queries import has_users
from app.contacts.services import person
from app.core.db import db, writing
from app.core.errors import RuleBroken
from app.core.language import local_zone
from app.demo.joining import compare_everybody, join_who_wrote_twice, part_who_share_a_mailbox
from app.demo.loans import care_each_morning
from app.demo.log import keep_log
from app.demo.many import tag_the_latest
from app.demo.marks import save_views, tag_people, value_leads
from app.demo.offers import send_offers
from app.demo.own_mail import Happening, mornings, plan_reminders
from app.demo.past_mail import Gone, settle_past_mail
from app.demo.plans import Office, open_plans, walks
from app.demo.publishing import publish_articles
from app.demo.scenes import NO_LIMITS, play
from app.demo.script import Letter, Thread, letters, threads
from app.demo.stock import open_stock
from app.demo.talks import close_the_last_day, open_calendars
from app.demo.timing import Present, moments_of
from app.demo.told import House, Told, form_number
from app.demo.trial_scenes import check_ins_asked_for
from app.enquiries.models import Wish
from app.enquiries.services import SentEnquiry, record_enquiry
from app.enquiries.spam import Rung
from app.leads.models import Lead
from app.leads.queries import lost_reasons, rested_until
from app.leads.services import take_up
from app.settings.queries import the_business

SEED = 20
AGE = timedelta(days=270)
"""How long the business has been at it."""

BUSINESS = {
    "name": "Stilla & Stark",
    "person": "Maj Ek",
    "email": "maj@stilla.example.se",
    "phone": "070-174 06 10",
    "street_address": "Björkgränd 3",
    "postcode": "999 90",
    "city": "Lillköping",
    "website": "https://stilla.example.se",
}
PEOPLE = {"maj": ("Maj Ek", Role.OWNER), "sixten": ("Sixten Alm", Role.STAFF)}
GONE = Gone("dick.fransson@example.se", closed_by="Maj Ek")


def is_filled() -> bool:
    """Whether the instance has been taken into use: the demo fills only one that has no user."""
    return has_users()


def fill(now: datetime) -> None:
    """Tell the whole demo, as if it had happened up to `now`: all of it or, when anything fails, nothing.

    The same moment gives the same demo. An instance that is in use is refused.
    """
    chance = Random(SEED)  # noqa: S311  (a story is no secret)
    written = threads()
    with writing():
        if is_filled():
            raise RuleBroken(
                "This instance is in use already. The demo needs an empty one: name it with LEDTRAD_INSTANCE."
            )
        present = _open_business(now)
        timed = [(thread, moments_of(thread, present, chance)) for thread in written]
        articles = publish_articles(_first_letters(timed), now)
        people = _let_in(now - AGE)
        house = House(present, chance, people, articles, {reason.name_sv: reason for reason in lost_reasons()}, GONE)
        open_calendars(people)
        open_plans(present)
        open_stock(people["maj"], now - AGE)
        tales = [Told(thread, moments, house) for thread, moments in timed]
        _tell(tales, _between(tales, house))
        _wake(present)
        send_offers(people["maj"])
        close_the_last_day(people["maj"], present)
        for letter in letters():
            _receive(letter, now, chance)
        _keep_in_order(house)
        plan_reminders(now)
        settle_past_mail(now, GONE, chance)
        keep_log(now)


def _open_business(now: datetime) -> Present:
    business = the_business()
    for name, value in BUSINESS.items():
        setattr(business, name, value)
    business.guide_ended_at = now - AGE  # long past the first steps
    return Present(now, local_zone(), business.closes_at)


def _let_in(since: datetime) -> dict[str, User]:
    """Maj is told by mail of all there is to tell; Sixten looks for himself."""
    people = {}
    for key, (name, role) in PEOPLE.items():
        email = f"{key}@stilla.example.se"
        people[key] = User(
            email=email,
            email_key=email,
            name=name,
            role=role,
            password_hash=NOBODYS_HASH,  # they come in by a link
            created_at=since,
            wants_enquiry_notices=role is Role.OWNER,
            wants_digest=role is Role.OWNER,
            wants_weekly_summary=role is Role.OWNER,
            task_reminder=TaskReminder.HOUR if role is Role.OWNER else TaskReminder.NONE,
        )
    db.session.add_all(people.values())
    db.session.flush()
    return people


def _first_letters(timed: list[tuple[Thread, list[datetime]]]) -> dict[str, datetime]:
    """When each article brought its first letter."""
    first: dict[str, datetime] = {}
    for thread, moments in timed:
        if thread.article is not None:
            first[thread.article] = min(moments[0], first.get(thread.article, moments[0]))
    return first


def _between(tales: list[Told], house: House) -> list[Happening]:
    """What happens by itself: the mails of each morning, the plans, the care of who has borrowed something."""
    present = house.present
    return [
        *mornings(present.now),
        *walks(Office(present, house.people["maj"], GONE, Random(SEED))),  # noqa: S311  (nor are its plans)
        *care_each_morning(present.day_of(present.now - AGE), present),
        *(check_in for told in tales for check_in in check_ins_asked_for(told)),
    ]


def _tell(stories: list[Told], between: Iterable[Happening]) -> None:
    """Every beat of every thread, and what happens between them, in the order of time."""
    beats: Iterable[Happening] = (
        (at, partial(play, told, number)) for told in stories for number, at in enumerate(told.moments)
    )
    for _, happen in sorted([*between, *beats], key=itemgetter(0)):
        happen()


def _wake(present: Present) -> None:
    """Bring back the leads that have rested until today."""
    for lead_id in rested_until(present.today, limit=100):
        take_up(db.session.get_one(Lead, lead_id), None, present.now)


def _keep_in_order(house: House) -> None:
    """What the two of them have done of an evening: tags, values, views, and who may be somebody known."""
    people, present = house.people, house.present
    tag_people()
    value_leads(people["sixten"])
    save_views(people, present.now)
    tag_the_latest(people["maj"], present.now)
    db.session.flush()
    join_who_wrote_twice(people["maj"], present)
    part_who_share_a_mailbox(people["maj"], present)
    compare_everybody(present.now - timedelta(hours=9))


def _receive(letter: Letter, now: datetime, chance: Random) -> None:
    sent = SentEnquiry(
        nonce=form_number(chance),
        who=person(letter.name, letter.email),
        wish=Wish.ASK,
        message=letter.message.strip(),
        origin={"page": "/contact"},
        failed=(Rung.TRAP,) if letter.trap else (),
    )
    record_enquiry(sent, NO_LIMITS, now - timedelta(days=letter.days_ago, minutes=chance.randrange(600)))
