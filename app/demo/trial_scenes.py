"""What the beats of a thread do that are about a loan."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import partial

from app.consultations.booking import Booker
from app.consultations.kinds import Audience
from app.contacts.consent_texts import CURRENT
from app.contacts.models import ConsentPurpose, SubjectKind
from app.contacts.services import person
from app.core.workdays import is_working_day
from app.demo.loans import (
    ASKED_LATER,
    answered,
    bring_home,
    keep,
    lend,
    model_for,
    open_trial,
    say_yes,
    take_back,
    tell_how_it_goes,
    want,
    words_for,
)
from app.demo.own_mail import Happening
from app.demo.script import Beat, Verb
from app.demo.stock import FOUR_WEEKS
from app.demo.talks import home_of
from app.demo.told import Told, form_number, words_of
from app.leads.services import write_note
from app.trials.asking import Wanted, ask, judge
from app.trials.check_ins import CheckInKind
from app.trials.ending import cancel, decide, lose
from app.trials.lending import change_days
from app.trials.models import Decision, Trial
from app.trials.returning import check, say_returned

ENDS_A_LOAN = (Verb.DECISION, Verb.SENDS_BACK, Verb.RECEIVES, Verb.UNIT_LOST, Verb.WON, Verb.LOST)
DECISIONS = {"den här": Decision.BUYS_THIS, "en ny": Decision.BUYS_NEW, "tillbaka": Decision.RETURNS}
EVENING = time(18, 10)
CALL_ME, SPAM = "ring", "skräp"


def open_loan(told: Told) -> Trial:
    """The trial that the beat is about."""
    trial = open_trial(told.the_lead())
    if trial is None:
        raise ValueError(f"the thread of {told.thread.name} lends nothing then")
    return trial


def _asks(told: Told, beat: Beat, now: datetime) -> None:
    """By the public form; in brackets stands where an answer leaves a doubt, or that it looks like spam."""
    thread = told.thread
    street, postcode, city = home_of(thread.name)
    audience = Audience.HORSE if thread.subject_kind is SubjectKind.HORSE else Audience.PERSON
    article_id = told.article.id if told.article else None
    wanted = Wanted(
        audience,
        tuple(answered(audience, beat.what)),
        email=thread.email,
        phone=thread.phone,
        street_address=street,
        postcode=postcode,
        city=city,
        wishes=beat.text,
        language=thread.language,
        article_id=article_id,
        consent_version=CURRENT[ConsentPurpose.ANSWER],
        is_suspect=beat.what == SPAM,
    )
    who = person(thread.name, thread.email, thread.phone, language=thread.language)
    by = told.lead or Booker(who, thread.subject_kind, thread.subject_name, article_id, is_suspect=beat.what == SPAM)
    told.lead = ask(model_for(audience), wanted, form_number(told.house.chance), by, now).lead


def _wants(told: Told, beat: Beat, now: datetime) -> None:
    write_note(told.the_lead(), words_of(told, beat), told.owner, now)
    want(told.the_lead(), told.owner, now)


def _judges(told: Told, beat: Beat, now: datetime) -> None:
    judge(open_loan(told), beat.verb is Verb.SUITS, told.owner, now, words_of(told, beat))


def _reserves(told: Told, beat: Beat, now: datetime) -> None:
    """For four weeks, from so many days after today or, where that is no working day, the next."""
    starts_on = told.house.present.today + timedelta(days=int(beat.what or 0))
    while not is_working_day(starts_on):
        starts_on += timedelta(days=1)
    write_note(told.the_lead(), words_of(told, beat), told.owner, now)
    keep(told.the_lead(), starts_on, starts_on + timedelta(days=FOUR_WEEKS - 1), told.owner, now)


def _agrees(told: Told, beat: Beat, now: datetime) -> None:
    """The words of the beat are the name that they write."""
    say_yes(open_loan(told), beat.text, now)


def lend_to(told: Told, beat: Beat, now: datetime) -> None:
    """It goes out until the last that ends it, until so many days from today, or for four weeks."""
    beats, present = told.thread.beats, told.house.present
    ends = [at for other, at in zip(beats, told.moments, strict=True) if at > now and other.verb in ENDS_A_LOAN]
    if beat.what is not None:
        ends_on = present.today + timedelta(days=int(beat.what))
    elif ends:
        ends_on = max(present.day_of(ends[-1]), present.day_of(now) + timedelta(days=1))
    else:
        ends_on = present.day_of(now) + timedelta(days=FOUR_WEEKS - 1)
    lend(told.the_lead(), ends_on, told.owner, now)


def _extends(told: Told, beat: Beat, now: datetime) -> None:
    trial, ends_on = open_loan(told), told.house.present.today + timedelta(days=int(beat.what or 0))
    if trial.starts_on is not None:
        change_days(trial, trial.starts_on, ends_on, told.owner, now, words_of(told, beat))


def _sends_back(told: Told, beat: Beat, now: datetime) -> None:
    """By a button on their own page, so the words of the beat are kept nowhere."""
    say_returned(open_loan(told), now)


def _receives(told: Told, beat: Beat, now: datetime) -> None:
    """In brackets stands what was missing."""
    write_note(told.the_lead(), words_of(told, beat), told.owner, now)
    take_back(open_loan(told), told.owner, now, beat.what or "")


def _checks(told: Told, beat: Beat, now: datetime) -> None:
    needs_service = beat.what == "service"
    check(open_loan(told), told.owner, now, needs_service=needs_service, why=beat.text if needs_service else "")


def _decides(told: Told, beat: Beat, now: datetime) -> None:
    write_note(told.the_lead(), words_of(told, beat), told.owner, now)
    decide(open_loan(told), DECISIONS[beat.what or ""], told.owner, now)


def _checks_in(told: Told, beat: Beat, now: datetime) -> None:
    tell_how_it_goes(open_loan(told), CheckInKind.OWN, beat.text, now, wants_call=beat.what == CALL_ME)


def _loses(told: Told, beat: Beat, now: datetime) -> None:
    lose(open_loan(told), told.owner, now, beat.text)


def _calls_off(told: Told, beat: Beat, now: datetime) -> None:
    cancel(open_loan(told), told.owner, now, beat.text)


DEEDS: Mapping[Verb, Callable[[Told, Beat, datetime], None]] = {
    Verb.ASKS: _asks,
    Verb.WANTS: _wants,
    Verb.SUITS: _judges,
    Verb.DECLINES: _judges,
    Verb.RESERVES: _reserves,
    Verb.AGREES: _agrees,
    Verb.EXTENDS: _extends,
    Verb.SENDS_BACK: _sends_back,
    Verb.RECEIVES: _receives,
    Verb.CHECKS: _checks,
    Verb.DECIDES: _decides,
    Verb.CHECKS_IN: _checks_in,
    Verb.UNIT_LOST: _loses,
    Verb.CALLS_OFF: _calls_off,
}


def settle_unit_of(told: Told, beat: Beat, now: datetime) -> Trial | None:
    """Before a lead is won or lost: it is said what becomes of the unit, which mostly comes home. The trial, if any."""
    trial = open_trial(told.the_lead())
    if trial is None or trial.handed_over_at is None:
        return None
    if beat.what in DECISIONS:
        decide(trial, DECISIONS[beat.what], told.owner, now)
    else:
        bring_home(trial, told.owner, now)
    return trial


def check_ins_asked_for(told: Told) -> Iterator[Happening]:
    """The check-ins that come by themselves: some evenings after the hand-over, from whoever has an e-mail address."""
    handed_over = next((n for n, beat in enumerate(told.thread.beats) if beat.verb is Verb.TRIAL), None)
    if handed_over is None or told.thread.email is None:
        return
    present = told.house.present
    for kind, (after, _words) in ASKED_LATER.items():
        day = present.day_of(told.moments[handed_over]) + after
        at = present.at(day, EVENING) + timedelta(minutes=2 * told.moments[handed_over].minute)
        if at < present.now:
            yield at, partial(_checks_in_by_itself, told, kind, at)


def _checks_in_by_itself(told: Told, kind: CheckInKind, at: datetime) -> None:
    trial = open_trial(told.the_lead())
    if trial is not None and trial.is_with_borrower:
        tell_how_it_goes(trial, kind, words_for(trial, kind), at)
