"""Which lines of a timeline come from them and which from us."""

from app.leads.models import CallOutcome, EventKind

MOMENTS: dict[tuple[EventKind, CallOutcome | None], tuple[str, ...]] = {
    (EventKind.ENQUIRY, None): ("heard_at",),
    (EventKind.ANSWER, None): ("reached_out_at",),
    (EventKind.CALL, CallOutcome.ANSWERED): ("heard_at", "reached_out_at"),
    (EventKind.CALL, CallOutcome.VOICEMAIL): ("reached_out_at",),
    (EventKind.CALL, CallOutcome.NO_ANSWER): ("reached_out_at",),
}
"""The moments of a lead that such a line is the latest of; all other lines stay in the house."""
