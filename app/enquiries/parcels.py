"""What on a lead belongs to one of its enquiries alone, and goes with it when it is moved to another contact."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.enquiries.models import Answer, Enquiry, EnquiryState, EnquiryWay
from app.enquiries.queries import answers_of, enquiries_of
from app.leads.models import EventKind, Lead, LeadEvent
from app.leads.queries import timeline
from app.leads.timeline import KINDS_SHOWN, Shown

_SPOKEN_OF = frozenset().union(
    *(KINDS_SHOWN[shown] for shown in (Shown.WORDS, Shown.CALLS, Shown.NOTES, Shown.TALKS, Shown.TRIALS))
)
"""Lines that somebody's words or doings left, theirs or ours; what the house noted by itself is none."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """An enquiry with what is of it alone, and what else stands on its lead."""

    enquiry: Enquiry
    lead: Lead
    answers: Sequence[Answer]
    """Those that answered it, and no other enquiry with it."""
    lines: Sequence[LeadEvent]
    rest: Sequence[LeadEvent]
    """What was said and done on the lead besides."""
    others: Sequence[Enquiry]

    @property
    def is_all(self) -> bool:
        """Whether the lead is nothing but this enquiry, so that it can only be moved whole."""
        return self.began and not self.rest

    @property
    def began(self) -> bool:
        """Whether the lead was opened for it."""
        return self.lead.created_at >= self.enquiry.taken_in_at

    @property
    def suggests_whole(self) -> bool:
        """Whether the lead came from it and from no other form."""
        return self.began and all(other.way is EnquiryWay.REPLY for other in self.others)


def parcel_of(enquiry: Enquiry, lead: Lead) -> Parcel:
    """What belongs to an enquiry of that lead, as it stands now."""
    others = [other for other in enquiries_of(lead.id) if other.id != enquiry.id]
    answers = [answer for answer in answers_of(lead.id) if _answers_alone(answer, enquiry, others)]
    events = timeline(lead)
    lines = [event for event in events if _tells_of(event, enquiry, answers)]
    rest = [event for event in events if event.kind in _SPOKEN_OF and event not in lines]
    return Parcel(enquiry, lead, answers, lines, rest, others)


def _answers_alone(answer: Answer, enquiry: Enquiry, others: Sequence[Enquiry]) -> bool:
    """An answer settles all that is open in the moment it is written."""
    settled = [one for one in (enquiry, *others) if one.settled_at == answer.written_at]
    return settled == [enquiry] and enquiry.state is EnquiryState.ANSWERED


def _tells_of(event: LeadEvent, enquiry: Enquiry, answers: Sequence[Answer]) -> bool:
    if event.kind is EventKind.ANSWER:
        return event.about_id in {answer.id for answer in answers}
    if event.kind is EventKind.CLOSED:
        return event.text == enquiry.reference
    return event.kind is EventKind.ENQUIRY and event.about_id == enquiry.id
