"""Which lines of a timeline come from them and which from us."""

from app.leads.models import CallOutcome, EventKind

MOMENTS: dict[tuple[EventKind, CallOutcome | None], tuple[str, ...]] = {
    (EventKind.ENQUIRY, None): ("heard_at",),
    (EventKind.ANSWER, None): ("reached_out_at",),
    (EventKind.CALL, CallOutcome.ANSWERED): ("heard_at", "reached_out_at"),
    (EventKind.CALL, CallOutcome.VOICEMAIL): ("reached_out_at",),
    (EventKind.CALL, CallOutcome.NO_ANSWER): ("reached_out_at",),
    (EventKind.CONSULTATION_HELD, None): ("heard_at", "reached_out_at"),
}
"""The moments of a lead that such a line is the latest of; all other lines stay in the house."""

OFTEN_THEIRS = (
    EventKind.CONSULTATION_REQUESTED,
    EventKind.CONSULTATION_BOOKED,
    EventKind.CONSULTATION_MOVED,
    EventKind.CONSULTATION_CANCELLED,
    EventKind.CHECK_IN,
    EventKind.TRIAL_REQUESTED,
    EventKind.TRIAL_AGREED,
    EventKind.TRIAL_RETURNING,
)
"""What visitors do themselves, unless one of us did it for them."""


def moments_of(kind: EventKind, outcome: CallOutcome | None, *, is_ours: bool) -> tuple[str, ...]:
    """The moments of a lead that such a line is the latest of; `is_ours` where one of us did it."""
    if kind in OFTEN_THEIRS and not is_ours:
        return ("heard_at",)
    return MOMENTS.get((kind, outcome), ())
