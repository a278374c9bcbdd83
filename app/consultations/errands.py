"""What brought a visitor to the booking, carried from page to page in the addresses: no cookie, no script."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

from app.consultations.kinds import ConsultationKind, Place
from app.consultations.travel import Travel, travel_for
from app.consultations.zones import chosen_zone
from app.core.forms import is_storable
from app.core.language import local_zone

LONGEST = {"article": 120, "known": 600, "postcode": 12, "zone": 40}


@dataclass(frozen=True, slots=True)
class Errand:
    """Each as it stands in the address, empty where it says nothing."""

    article: str = ""
    """The slug of the article that the visitor read."""
    known: str = ""
    """A link of theirs, to the thanks or to their own page: who has it need not say again who they are."""
    postcode: str = ""
    """Where a visit goes."""
    zone: str = ""
    """The visitor's own time zone, where it is another."""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Errand":
        """What the address says. Anything too long or unstorable is left out."""
        said = {name: arguments.get(name, "").strip() for name in LONGEST}
        return cls(**{name: word for name, word in said.items() if len(word) <= LONGEST[name] and is_storable(word)})

    @property
    def carried(self) -> dict[str, Any]:
        """What to add to the address of the next page."""
        return {name: word for name, word in asdict(self).items() if word}

    def zone_for(self, kind: ConsultationKind) -> ZoneInfo:
        """The zone whose days the times are shown by: the visitor's own, except where they come to us or we to them."""
        return (chosen_zone(self.zone) if is_at_a_distance(kind) else None) or local_zone()

    def travel_for(self, kind: ConsultationKind) -> Travel | None:
        """The way to the visitor; None where we do not go, or do not know yet."""
        return travel_for(kind, self.postcode)


def is_at_a_distance(kind: ConsultationKind) -> bool:
    """Whether host and visitor may be anywhere."""
    return kind.place in (Place.PHONE, Place.VIDEO)
