"""What starts are called where visitors choose one: on their clock, and on ours where that is another."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

from app.consultations.wall_times import start_words, when_words
from app.consultations.weeks import start_in_words
from app.consultations.zones import city_of
from app.core.filters import weekday
from app.core.language import local_zone


@dataclass(frozen=True, slots=True)
class StartNames:
    """The names of starts for somebody in a zone, of a consultation so long."""

    zone: ZoneInfo
    length_minutes: int

    @property
    def is_elsewhere(self) -> bool:
        """Whether the visitor has named a zone of their own."""
        return self.zone != local_zone()

    def value(self, start: datetime) -> str:
        """What its button sends."""
        return start_in_words(start)

    def clock(self, start: datetime) -> str:
        """The time of day where the visitor is."""
        return start_words(start, self.zone)

    def our_clock(self, start: datetime) -> str:
        """The time of day here, where that is another: "09.00 svensk tid", with the day where that is another too."""
        if not self.is_elsewhere:
            return ""
        here, clock = start.astimezone(local_zone()).date(), start_words(start)
        if here == start.astimezone(self.zone).date():
            return str(_("%(clock)s svensk tid", clock=clock))
        return str(_("%(day)s %(clock)s svensk tid", day=weekday(here), clock=clock))

    def name(self, start: datetime) -> str:
        """The start in full: "tisdag 24 mars kl. 09.00"; where they differ the visitor's own, with ours after it."""
        moment = when_words(start, self.zone)
        if not self.is_elsewhere:
            return moment
        place = city_of(self.zone)
        return str(_("%(moment)s (%(ours)s) i %(place)s", moment=moment, ours=self.our_clock(start), place=place))

    def label(self, start: datetime) -> str:
        """What a screen reader says of its button: "tisdag 24 mars kl. 09.00, 45 minuter"."""
        length = ngettext("%(num)s minut", "%(num)s minuter", self.length_minutes)
        return f"{self.name(start)}, {length}"
