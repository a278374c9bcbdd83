"""The life of each loan in the demo, by the services: from the wish to try until somebody has bought, or has not."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

from app.accounts.models import User
from app.consultations.kinds import Audience
from app.contacts.models import SubjectKind
from app.core.db import db
from app.core.language import local_day
from app.demo.own_mail import Happening
from app.demo.talks import home_of
from app.demo.timing import Present
from app.leads.models import Lead
from app.trials.agreeing import agree
from app.trials.agreement_texts import current_text
from app.trials.asking import Answers, ask_for, judge
from app.trials.asking_queries import model_by_slug, questions_for
from app.trials.care_queries import ended_by, points_due
from app.trials.caring import carry_out
from app.trials.check_ins import CheckInKind
from app.trials.ending import Sale, buy_new, buy_this, come_to_decision
from app.trials.handing_over import accessories_to_tick, write_protocol
from app.trials.lending import hand_over, reserve
from app.trials.models import Trial, TrialState
from app.trials.protocols import ProtocolKind
from app.trials.queries import trial_of
from app.trials.rating import Numbers, baseline, check_in
from app.trials.returning import check, receive
from app.trials.scale_queries import scales_for
from app.trials.suitability import Answer, Verdict
from app.trials.touch_points import TouchPoint
from app.trials.units import DeviceModel

SLUGS = {Audience.PERSON: "for-manniskor", Audience.HORSE: "for-hastar"}
DOUBTS = {"tveksamt": Verdict.ASK, "hinder": Verdict.STOP}
"""What a thread calls an answer that is not simply no."""
CARED_FOR_AT = time(9, 5)
EVENING = (time(17, 40), time(21, 50))
CONDITIONS = (
    "Felfri, nyligen genomgången.",
    "Liten repa på höljet sedan tidigare, fungerar som den ska.",
    "Som ny. Visade hur den sätts i gång och stängs av.",
    "Felfri. Batteriet fulladdat.",
)
RETURNED = ("Hel och ren.", "Hel. Behöver tvättas.", "Felfri, omsorgsfullt packad.")
AFTER_THREE_DAYS = {
    Audience.PERSON: (
        "Ovant än så länge, men skönt att ligga ner en stund.",
        "Har hunnit tre kvällar av tre.",
        "Somnade på den i går. Vaknade av katten.",
        "Lite svårt att hitta en bra tid, annars bra.",
        "",
    ),
    Audience.HORSE: (
        "Stod still från första stunden.",
        "Lite misstänksam i början, nu sänker han huvudet.",
        "Vi gör det efter kvällsfodringen, det verkar passa.",
        "",
    ),
}
AFTER_TEN_DAYS = {
    Audience.PERSON: (
        "Har blivit en vana nu, före middagen.",
        "Inte säker på om det är mattan eller lugnet, men jag tycker om det.",
        "En dålig natt i veckan i stället för tre, men det är bara mitt intryck.",
        "Ungefär som förut, men stunden vill jag ha kvar.",
        "",
    ),
    Audience.HORSE: (
        "Kommer självmant fram när täcket hängs upp.",
        "Mjukare i uppvärmningen tycker ryttaren. Kan vara underlaget också.",
        "Samma som förut, men han tycker om stunden.",
        "",
    ),
}
ASKED_LATER = {
    CheckInKind.EARLY: (timedelta(days=3), AFTER_THREE_DAYS),
    CheckInKind.LATER: (timedelta(days=10), AFTER_TEN_DAYS),
}


def audience_of(lead: Lead) -> Audience:
    """Whether a person or a horse is to try."""
    return Audience.HORSE if lead.subject.kind is SubjectKind.HORSE else Audience.PERSON


def answered(audience: Audience, doubt: str | None = None) -> Answers:
    """Every question answered: with no, but for one where there is a doubt."""
    questions = questions_for(audience)
    verdict = DOUBTS.get(doubt or "")
    yes = next((question for question in reversed(questions) if question.on_yes is verdict), None)
    return [(question, Answer.YES if question is yes else Answer.NO) for question in questions]


def open_trial(lead: Lead) -> Trial | None:
    """The lead's trial that is still to come to something."""
    trial = trial_of(lead.id)
    return trial if trial is not None and trial.is_open else None


def model_for(audience: Audience) -> DeviceModel:
    """What such a one tries."""
    model = model_by_slug(SLUGS[audience])
    if model is None:
        raise ValueError("open_stock comes first")
    return model


def want(lead: Lead, user: User, now: datetime) -> Trial:
    """They have told us that they want to try, and answered what we ask."""
    audience = audience_of(lead)
    trial = ask_for(lead, model_for(audience), user, now, audience=audience, answers=answered(audience))
    trial.street_address, trial.postcode, trial.city = home_of(lead.contact.name)
    return trial


def keep(lead: Lead, starts_on: date, ends_on: date, user: User, now: datetime) -> Trial:
    """It suits them, and a unit is kept for those days."""
    trial = open_trial(lead) or want(lead, user, now)
    if trial.state is TrialState.REQUESTED:
        judge(trial, True, user, now)
    if trial.state is TrialState.SUITABLE:
        reserve(trial, starts_on, ends_on, user, now)
    return trial


def lend(lead: Lead, ends_on: date, user: User, now: datetime) -> Trial:
    """It goes out, whatever was still to be done before, with its protocol and how it is with them that day."""
    today = local_day(now)
    trial = keep(lead, today, ends_on, user, now)
    if trial.state is TrialState.RESERVED:
        say_yes(trial, trial.borrower_name, now)
    if trial.unit is None:
        raise ValueError("a loan that is agreed has a unit")
    hand_over(trial, trial.unit, today, user, now, ends_on=ends_on)
    chance = _chance(trial, "out")
    ticked = {accessory.id for accessory in accessories_to_tick(trial, ProtocolKind.HAND_OVER)}
    place = ", ".join(filter(None, (trial.street_address, trial.city)))
    write_protocol(trial, ProtocolKind.HAND_OVER, today, place, chance.choice(CONDITIONS), ticked, user, now)
    baseline(trial, _numbers(trial, 0), None, user, now, has_said_yes=True)
    return trial


def say_yes(trial: Trial, name: str, now: datetime) -> None:
    """They agree on their own page, where they write their name."""
    text = current_text()
    if text is None:
        raise ValueError("open_stock comes first")
    agree(trial, text, name, now)


def bring_home(trial: Trial, user: User, now: datetime) -> None:
    """It is with us again and looked over, whatever was still to be done."""
    if trial.is_with_borrower:
        take_back(trial, user, now)
    if trial.state is TrialState.RECEIVED:
        check(trial, user, now)


def take_back(trial: Trial, user: User, now: datetime, missing: str = "") -> None:
    """It has come, but for what is missing by its Swedish name."""
    today = local_day(now)
    receive(trial, today, user, now)
    there = {
        accessory.id
        for accessory in accessories_to_tick(trial, ProtocolKind.RETURN)
        if accessory.name_sv.casefold() != missing.casefold()
    }
    condition = _chance(trial, "back").choice(RETURNED)
    write_protocol(trial, ProtocolKind.RETURN, today, "Hos oss", condition, there, user, now)


def sell(trial: Trial, user: User, now: datetime) -> None:
    """They buy: the one that they have where it is still with them, else a new one."""
    buy = buy_new if trial.state is TrialState.CHECKED else buy_this
    buy(trial, Sale(local_day(now), trial.price_ore or 0, trial.commission_note), user, now)


def tell_how_it_goes(trial: Trial, kind: CheckInKind, words: str, now: datetime, *, wants_call: bool = False) -> None:
    """Their own numbers on their own page: the later, the further from those of the hand-over."""
    check_in(trial, _numbers(trial, list(CheckInKind).index(kind)), words or None, wants_call, kind, now)


def words_for(trial: Trial, kind: CheckInKind) -> str:
    """What they write in a line, if anything."""
    return _chance(trial, kind).choice(ASKED_LATER[kind][1][trial.audience])


def _numbers(trial: Trial, step: int) -> Numbers:
    chance = _chance(trial, "numbers")
    numbers = {}
    for scale in scales_for(trial.audience):
        begins, climbs = chance.randint(2, 6), chance.choice((-0.3, 0.3, 0.6, 0.9))
        numbers[scale] = round(min(10, max(0, begins + climbs * step + chance.uniform(-0.6, 0.6))))
    return numbers


def _chance(trial: Trial, what: str) -> Random:
    """The same for the same person, whatever happens to others."""
    return Random(f"{trial.borrower_name} {what}")  # noqa: S311  (a story is no secret)


def care_each_morning(first_on: date, present: Present) -> Iterator[Happening]:
    """What the clock does for loans, every morning up to today's."""
    day = first_on
    while (moment := present.at(day, CARED_FOR_AT)) <= present.now:
        yield moment, partial(_care, day, moment)
        day += timedelta(days=1)


def _care(day: date, moment: datetime) -> None:
    for trial_id in ended_by(day):
        come_to_decision(db.session.get_one(Trial, trial_id), moment)
    for point_id, _trial_id in points_due(day):
        carry_out(db.session.get_one(TouchPoint, point_id), moment)
