"""Where a lead can stand. The meanings are fixed, so that what is automatic keeps working."""

from enum import StrEnum


class Stage(StrEnum):
    """The stages in the order that a lead walks them; the last three stand beside the walk."""

    NEW = "new"
    CONTACTED = "contacted"
    CONSULTATION = "consultation"
    TRIAL = "trial"
    DECISION = "decision"
    WON = "won"
    LOST = "lost"
    RESTING = "resting"

    @property
    def is_open(self) -> bool:
        """Whether something is still owed: neither won nor lost."""
        return self not in CLOSED


WALK = (Stage.NEW, Stage.CONTACTED, Stage.CONSULTATION, Stage.TRIAL, Stage.DECISION)
CLOSED = (Stage.WON, Stage.LOST)
OPEN = (*WALK, Stage.RESTING)


class RequiredFact(StrEnum):
    """What the owner may want to be known before a lead enters a stage."""

    VALUE = "value"
    PHONE = "phone"
    EMAIL = "email"
    OWNER = "owner"
    NEXT_STEP = "next_step"
    WHY = "why"
