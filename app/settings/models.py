from datetime import datetime, time

from sqlalchemy import CheckConstraint, String, Time
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model, UtcDateTime
from app.core.privacy import NOT_PERSONAL


class Business(Model):
    """The one business of this instance. The row is made with the database and never removed."""

    __tablename__ = "business"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    name: Mapped[str] = mapped_column(String(120), default="", info=NOT_PERSONAL)
    person: Mapped[str] = mapped_column(String(120), default="", info=NOT_PERSONAL)
    """Who reads and answers, as visitors are told: "Maj Ek"."""
    email: Mapped[str] = mapped_column(String(254), default="", info=NOT_PERSONAL)
    """The monitored address: Reply-To of every mail, and where notices go when no user wants them."""
    phone: Mapped[str] = mapped_column(String(40), default="", info=NOT_PERSONAL)
    street_address: Mapped[str] = mapped_column(String(200), default="", info=NOT_PERSONAL)
    postcode: Mapped[str] = mapped_column(String(12), default="", info=NOT_PERSONAL)
    city: Mapped[str] = mapped_column(String(80), default="", info=NOT_PERSONAL)
    website: Mapped[str] = mapped_column(String(300), default="", info=NOT_PERSONAL)
    language: Mapped[str] = mapped_column(String(2), default="sv", info=NOT_PERSONAL)
    closes_at: Mapped[time] = mapped_column(Time, default=time(17, 0), info=NOT_PERSONAL)
    """Wall clock in the zone of the house: when a working day ends, and so when an answer is due."""
    guide_ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the first-run guide was put away; Today shows it until then."""
    form_tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the test enquiry of the guide was given up to be erased; until then it is there to be seen."""
    lends_nothing: Mapped[bool] = mapped_column(default=False)
    """Whether there are no units to put in, by the owner's own word."""

    @property
    def is_described(self) -> bool:
        """Whether visitors can be told whom they write to."""
        return bool(self.name and self.email)
