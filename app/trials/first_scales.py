"""The scales that a new instance starts with, as a table. The owner chooses; 10 is always the better end."""

from app.consultations.kinds import Audience
from app.trials.scale_queries import has_scales
from app.trials.scales import ScaleFacts, change_scales

FIRST_SCALES = (
    ScaleFacts(
        Audience.PERSON,
        "Sömn",
        "Sleep",
        "Sover mycket dåligt",
        "Sleep very badly",
        "Sover mycket gott",
        "Sleep very well",
    ),
    ScaleFacts(
        Audience.PERSON, "Ork", "Energy", "Ingen ork alls", "No energy at all", "Gott om ork", "Plenty of energy"
    ),
    ScaleFacts(
        Audience.PERSON, "Stelhet", "Stiffness", "Mycket stel", "Very stiff", "Inte stel alls", "Not stiff at all"
    ),
    ScaleFacts(
        Audience.PERSON,
        "Vardagen",
        "Everyday life",
        "Klarar nästan inget av det jag vill",
        "Manage almost nothing of what I want",
        "Klarar allt jag vill",
        "Manage all that I want",
    ),
    ScaleFacts(
        Audience.PERSON,
        "Smärta",
        "Pain",
        "Mycket ont",
        "A lot of pain",
        "Inte ont alls",
        "No pain at all",
        is_active=False,
    ),
    ScaleFacts(
        Audience.HORSE, "Rörelse", "Movement", "Rör sig ovilligt", "Moves unwillingly", "Rör sig fritt", "Moves freely"
    ),
    ScaleFacts(
        Audience.HORSE,
        "Stelhet efter vila",
        "Stiffness after rest",
        "Mycket stel",
        "Very stiff",
        "Inte stel alls",
        "Not stiff at all",
    ),
    ScaleFacts(
        Audience.HORSE, "Humör", "Mood", "Sur och spänd", "Sour and tense", "Glad och avslappnad", "Happy and relaxed"
    ),
    ScaleFacts(
        Audience.HORSE,
        "Vilja att arbeta",
        "Will to work",
        "Vill inte alls",
        "None at all",
        "Vill gärna",
        "Very willing",
    ),
)


def ensure_scales() -> None:
    """Give an instance that has no scales at all the house's own."""
    if not has_scales():
        change_scales(FIRST_SCALES)
