"""What cannot be done with a time or a booking, in words."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _l

from app.consultations.models import Consultation
from app.core.errors import RuleBroken


class NotOffered(RuleBroken):
    """The hour is none that visitors are offered.

    What they could have instead is looked for when it is asked for: by then the write has been given up, and nobody
    waits for it.
    """

    def __init__(self, sentence: Any, look_for_others: Callable[[], Sequence[datetime]] = tuple) -> None:
        super().__init__(sentence)
        self._look_for_others = look_for_others

    @cached_property
    def nearest(self) -> tuple[datetime, ...]:
        """The starts nearest to it that can be booked, at most three."""
        return tuple(self._look_for_others())


class TimeTaken(NotOffered):
    """Somebody else was there first."""


def refuse_too_late(consultation: Consultation, now: datetime) -> None:
    """Close to the talk the visitor has to call us."""
    if now >= consultation.change_until_at:
        raise RuleBroken(_l("Det är för nära tiden för att ändra här. Ring oss i stället."))


def refuse_settled(consultation: Consultation) -> None:
    """What has come to its end is not changed."""
    if not consultation.is_ahead:
        raise RuleBroken(_l("Konsultationen är redan avslutad eller avbokad."))


def refuse_begun(consultation: Consultation, now: datetime) -> None:
    """From its start on it is held or missed, not called off."""
    if consultation.starts_at <= now:
        raise RuleBroken(_l("Tiden har redan börjat. Säg i stället hur det gick."))


def refuse_past(starts_at: datetime, now: datetime) -> None:
    """Nothing is booked in what has been."""
    if starts_at <= now:
        raise RuleBroken(_l("Den tiden har redan varit. Välj en tid framåt."))
