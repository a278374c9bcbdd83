"""What each beat of a thread does, through the same services that a visitor's form and our own hands go through."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from app.accounts.models import User
from app.consultations.queries import ahead_of
from app.contacts.consent_texts import CURRENT
from app.contacts.consents import give_tips_by_hand
from app.contacts.models import ConsentPurpose, SubjectKind
from app.contacts.services import find_or_add_contact, find_or_add_subject, person
from app.core.db import db
from app.core.workdays import next_working_day
from app.demo.loans import open_trial, sell
from app.demo.past_mail import settle_past_mail
from app.demo.script import Beat, Verb
from app.demo.sources import origin_of
from app.demo.talks import (
    Talk,
    book_a_talk,
    tell_how_it_went,
    tell_of_missing,
    visitor_books,
    visitor_cancels,
    visitor_moves,
    visitor_waits,
)
from app.demo.timing import due_of, start_of
from app.demo.told import Told, form_number, words_of
from app.demo.trial_scenes import DEEDS as TRIAL_DEEDS
from app.demo.trial_scenes import lend_to, settle_unit_of
from app.enquiries.closing import close_without_answer
from app.enquiries.models import Answer, Wish
from app.enquiries.private_pages import PrivatePage
from app.enquiries.queries import answers_of, enquiries_of, open_enquiries_of
from app.enquiries.services import (
    Limits,
    SentEnquiry,
    answer,
    record_enquiry,
    record_reply,
)
from app.follow_ups.dues import whole_day
from app.follow_ups.models import FollowUp, FollowUpKind, FollowUpState
from app.follow_ups.queries import open_of
from app.follow_ups.services import plan, settle
from app.leads.models import CallOutcome, EventKind, Lead
from app.leads.resting import RestPreset, rest_day
from app.leads.services import hand_over, log_call, move_to_stage, open_lead, tell, write_note
from app.leads.stages import Stage
from app.mail.addresses import suppression_key
from app.mail.unsubscribing import SaidNo, unsubscribe

NO_LIMITS = Limits(per_address=0, in_all=0)

OPENED = 0.85
"""How large a part of our answers is opened, sooner or later."""

TO_COME: dict[Verb, tuple[FollowUpKind, str | None]] = {
    Verb.CALLED: (FollowUpKind.CALL, None),
    Verb.NO_ANSWER: (FollowUpKind.CALL, None),
    Verb.VOICEMAIL: (FollowUpKind.CALL, None),
    Verb.NOTE: (FollowUpKind.OTHER, "Höra av oss"),
    Verb.CONTACTED: (FollowUpKind.MAIL, None),
    Verb.CONSULTATION: (FollowUpKind.CALL, "Bestämma tid för visning"),
    Verb.TRIAL: (FollowUpKind.VISIT, "Lämna ut till provperiod"),
    Verb.DECISION: (FollowUpKind.CALL, "Höra hur det har gått"),
    Verb.WON: (FollowUpKind.CALL, "Höra om det blir köp"),
    Verb.LOST: (FollowUpKind.CALL, None),
    Verb.RESTING: (FollowUpKind.CALL, None),
}
"""What was planned while a beat was still to come."""

TELLS_HOW_IT_WENT = (Verb.TRIAL, Verb.DECISION, Verb.LOST, Verb.MISSED)
LATE_MORNING = time(11, 0)

OUTCOMES = {
    Verb.CALLED: CallOutcome.ANSWERED,
    Verb.NO_ANSWER: CallOutcome.NO_ANSWER,
    Verb.VOICEMAIL: CallOutcome.VOICEMAIL,
}


def play(told: Told, number: int) -> None:
    """Let one beat of the thread happen, and plan what follows it."""
    beat, now = told.thread.beats[number], told.moments[number]
    if told.lead is not None and not beat.verb.is_theirs:
        _take_on(told.lead, told.owner, beat, now)
    if told.lead is not None and ahead_of(told.lead.id):
        settle_past_mail(now, told.house.gone, told.house.chance)  # what has left is not called off by what comes now
    _DEEDS[beat.verb](told, beat, now)
    lead = told.the_lead()
    is_owed = lead.is_walking and not ahead_of(lead.id) and all(step.is_suggested for step in _planned(lead))
    if is_owed and not beat.verb.is_theirs:
        _plan_what_follows(told, number, now)


def _take_on(lead: Lead, owner: User, beat: Beat, now: datetime) -> None:
    """Whoever acts first takes the lead, and ticks off what they had planned.

    An answer ticks off itself alone, and what a lost lead was owed is skipped when it closes.
    """
    if lead.owner_id is None:
        hand_over(lead, owner, owner, now)
    if beat.verb not in (Verb.ANSWER, Verb.LOST):
        for follow_up in _planned(lead):
            settle(follow_up, FollowUpState.DONE, owner, now)
            tell(lead, EventKind.FOLLOW_UP, now, actor=owner, about_id=follow_up.id)


def _planned(lead: Lead) -> list[FollowUp]:
    return [follow_up for follow_up in open_of(lead.id) if follow_up.kind is not FollowUpKind.ANSWER]


def _plan_what_follows(told: Told, number: int, now: datetime) -> None:
    lead, present = told.the_lead(), told.house.present
    later = range(number + 1, len(told.moments))
    coming = next((index for index in later if told.thread.beats[index].verb in TO_COME), None)
    step = told.thread.next_step
    if coming is not None:
        kind, title = TO_COME[told.thread.beats[coming].verb]
        due = whole_day(present.day_of(told.moments[coming]), present.zone)
        plan(lead, kind, due.at, now, owner=told.owner, title=title, due_on=due.on)
    elif step is not None:
        due = due_of(step, present)
        plan(lead, step.kind, due.at, now, owner=told.owner, title=step.title, due_on=due.on)
    elif number + 1 == len(told.moments) and open_trial(lead) is None:
        _leave_adrift(lead)


def _leave_adrift(lead: Lead) -> None:
    """As a lead is that was brought over from an older list: nothing was planned for it there."""
    for suggested in _planned(lead):
        db.session.delete(suggested)
    lead.next_step_at = None


def _writes(told: Told, beat: Beat, now: datetime) -> None:
    """A form of the article's or, from the second time on, the general one."""
    thread, chance = told.thread, told.house.chance
    is_first = told.lead is None
    article = told.article if is_first else None
    sent = SentEnquiry(
        nonce=form_number(chance),
        who=person(thread.name, thread.email, thread.phone, language=thread.language),
        wish=thread.wish if is_first else Wish.ASK,
        message=beat.text,
        subject_kind=thread.subject_kind,
        subject_name=thread.subject_name,
        article_id=article.id if article else None,
        consent_version=CURRENT[ConsentPurpose.ANSWER],
        tips_version=CURRENT[ConsentPurpose.TIPS] if thread.wants_tips else None,
        origin=origin_of(article, chance, is_horse=thread.subject_kind is SubjectKind.HORSE),
    )
    told.lead = record_enquiry(sent, NO_LIMITS, now).lead


def _replies(told: Told, beat: Beat, now: datetime) -> None:
    lead = told.the_lead()
    answers = answers_of(lead.id)
    _open_page(answers, now - timedelta(minutes=told.house.chance.randint(3, 40)))
    page = PrivatePage(lead, lead.contact.email or "", enquiries_of(lead.id), answers)
    record_reply(page, words_of(told, beat), form_number(told.house.chance), told.thread.language, now)


def _open_page(answers: Sequence[Answer], at: datetime) -> None:
    """Who replies has read what we wrote, and before they replied."""
    for read in answers:
        if read.opened_at is None or read.opened_at > at:
            read.opened_at = max(at, read.written_at)


def _meets(told: Told, beat: Beat, now: datetime) -> None:
    thread = told.thread
    contact = find_or_add_contact(person(thread.name, thread.email, thread.phone), now)
    subject = find_or_add_subject(contact, thread.subject_kind, thread.subject_name)
    told.lead = open_lead(contact, subject, now, owner=told.owner, actor=told.owner)
    write_note(told.lead, beat.text, told.owner, now)


def _answers(told: Told, beat: Beat, now: datetime) -> None:
    written = answer(told.the_lead(), words_of(told, beat), told.owner, now)
    chance = told.house.chance
    opened_at = now + timedelta(minutes=chance.randint(4, 1500))
    if chance.random() < OPENED and opened_at < told.house.present.now:
        written.opened_at = opened_at


def _calls(told: Told, beat: Beat, now: datetime) -> None:
    outcome = OUTCOMES[beat.verb]
    log_call(told.the_lead(), outcome, words_of(told, beat), told.owner, now)
    if outcome is CallOutcome.ANSWERED:
        _needs_no_letter(told, now)


def _needs_no_letter(told: Told, now: datetime) -> None:
    for enquiry in open_enquiries_of(told.the_lead().id):
        close_without_answer(enquiry, told.owner, now)


def _notes(told: Told, beat: Beat, now: datetime) -> None:
    write_note(told.the_lead(), words_of(told, beat), told.owner, now)


def _says_yes_to_tips(told: Told, beat: Beat, now: datetime) -> None:
    give_tips_by_hand(told.the_lead().contact, words_of(told, beat), told.owner, now)


def _says_no_to_tips(told: Told, beat: Beat, now: datetime) -> None:
    """By the link at the foot of a mail, so the words of the beat are kept nowhere."""
    address = told.the_lead().contact.email or ""
    unsubscribe(SaidNo(suppression_key(address), address, told.the_lead().id), now)


def _moves(told: Told, beat: Beat, now: datetime) -> None:
    _needs_no_letter(told, now)
    reason = told.house.lost_reasons[beat.what] if beat.verb is Verb.LOST and beat.what else None
    stage, why = Stage(beat.verb), words_of(told, beat)
    if tell_how_it_went(told.the_lead(), stage, why, reason, told.owner, now):
        return
    until = _comes_back_on(told) if stage is Stage.RESTING else None
    move_to_stage(told.the_lead(), stage, told.owner, now, why, reason, until)


def _lends(told: Told, beat: Beat, now: datetime) -> None:
    if told.the_lead().stage is Stage.TRIAL:
        write_note(told.the_lead(), words_of(told, beat), told.owner, now)
    else:
        _moves(told, beat, now)
    lend_to(told, beat, now)


def _comes_to_decide(told: Told, beat: Beat, now: datetime) -> None:
    """The last day of a loan has brought the lead there already."""
    if told.the_lead().stage is Stage.DECISION:
        write_note(told.the_lead(), words_of(told, beat), told.owner, now)
    else:
        _moves(told, beat, now)


def _wins(told: Told, beat: Beat, now: datetime) -> None:
    trial = settle_unit_of(told, beat, now)
    _moves(told, beat, now)
    if trial is not None:
        sell(trial, told.owner, now)


def _loses(told: Told, beat: Beat, now: datetime) -> None:
    settle_unit_of(told, beat, now)
    _moves(told, beat, now)


def _books_for_them(told: Told, beat: Beat, now: datetime) -> None:
    """As agreed by phone or letter; a talk that begins at once is too late to book, and only told of."""
    _needs_no_letter(told, now)
    write_note(told.the_lead(), words_of(told, beat), told.owner, now)
    if not book_a_talk(told.the_lead(), _talk(told, beat), told.owner, now):
        move_to_stage(told.the_lead(), Stage.CONSULTATION, told.owner, now)


def _books(told: Told, beat: Beat, now: datetime) -> None:
    _needs_no_letter(told, now)
    nonce = form_number(told.house.chance)
    visitor_books(told.the_lead(), _talk(told, beat), told.owner, nonce, beat.text, now)


def _rebooks(told: Told, beat: Beat, now: datetime) -> None:
    visitor_moves(told.the_lead(), _talk(told, beat).starts_at, now)


def _cancels(told: Told, beat: Beat, now: datetime) -> None:
    """By the link in the mail, so the words of the beat are kept nowhere."""
    visitor_cancels(told.the_lead(), now)


def _wants_earlier(told: Told, beat: Beat, now: datetime) -> None:
    visitor_waits(told.the_lead(), now)


def _misses(told: Told, beat: Beat, now: datetime) -> None:
    write_note(told.the_lead(), words_of(told, beat), told.owner, now)
    tell_of_missing(told.the_lead(), told.owner, now)


def _talk(told: Told, beat: Beat) -> Talk:
    """The talk that the beat is about: before the beat that tells how it went, after the one that changes it."""
    beats, present = told.thread.beats, told.house.present
    for later in range(beats.index(beat) + 1, len(beats)):
        if beats[later].verb in TELLS_HOW_IT_WENT:
            return Talk(beat.what or "", before=told.moments[later])
        if beats[later].verb in (Verb.REBOOKS, Verb.CANCELS):
            day = next_working_day(present.day_of(told.moments[later]) + timedelta(days=1))
            return Talk(beat.what or "", starts_at=present.at(day, LATE_MORNING))
    if told.thread.talk is None:
        raise ValueError(f"the thread of {told.thread.name} does not say when its talk is")
    return Talk(beat.what or "", starts_at=start_of(told.thread.talk, present))


def _comes_back_on(told: Told) -> date:
    """The day of the thread's next step, else one of the coming months."""
    step, present = told.thread.next_step, told.house.present
    if step is not None:
        return present.today + timedelta(days=step.days)
    return rest_day(told.house.chance.choice([RestPreset.MONTH, RestPreset.QUARTER]), present.today)


_DEEDS: dict[Verb, Callable[[Told, Beat, datetime], None]] = {
    Verb.WRITES: _writes,
    Verb.REPLY: _replies,
    Verb.MEETS: _meets,
    Verb.ANSWER: _answers,
    Verb.NOTE: _notes,
    Verb.YES_TO_TIPS: _says_yes_to_tips,
    Verb.NO_TO_TIPS: _says_no_to_tips,
    Verb.CONSULTATION: _books_for_them,
    Verb.BOOKS: _books,
    Verb.REBOOKS: _rebooks,
    Verb.CANCELS: _cancels,
    Verb.WANTS_EARLIER: _wants_earlier,
    Verb.MISSED: _misses,
    **dict.fromkeys(OUTCOMES, _calls),
    Verb.CONTACTED: _moves,
    Verb.RESTING: _moves,
    Verb.TRIAL: _lends,
    Verb.DECISION: _comes_to_decide,
    Verb.WON: _wins,
    Verb.LOST: _loses,
    **TRIAL_DEEDS,
}
