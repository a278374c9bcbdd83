"""What the business of the demo lends: two devices and what belongs to them, and the units that there are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.accounts.models import User
from app.consultations.kinds import Audience
from app.trials.asking_queries import model_by_slug
from app.trials.first_agreement import ensure_agreement
from app.trials.first_models import ensure_models
from app.trials.first_questions import ensure_questions
from app.trials.first_scales import ensure_scales
from app.trials.model_services import Accessory, ModelFacts, change_model, offer
from app.trials.unit_services import UnitFacts, add_unit
from app.trials.units import DeviceModel

FOUR_WEEKS = 28


@dataclass(frozen=True, slots=True)
class Stock:
    """A device, what belongs to it, and how many units of it there are; their numbers begin with these letters."""

    facts: ModelFacts
    accessories: tuple[Accessory, ...]
    letters: str
    first_number: int
    count: int


CHARGER, CABLE = Accessory("Laddare", "Charger"), Accessory("Kabel", "Cable")
MANUAL = Accessory("Bruksanvisning", "Instructions for use")

STOCK = {
    "for-manniskor": Stock(
        ModelFacts(
            "Mattan",
            Audience.PERSON,
            "En mjuk matta att ligga på en stund om dagen, på sängen, i soffan eller på golvet. Du lånar den i fyra"
            " veckor utan kostnad, och vi går igenom den tillsammans första gången.",
            "A soft mat to lie on for a while each day, on the bed, the sofa or the floor. You borrow it for four weeks"
            " free of charge, and we go through it together the first time.",
            usual_days=FOUR_WEEKS,
            pause_days=2,
            value_ore=1_890_000,
            price_ore=1_490_000,
        ),
        (CHARGER, CABLE, Accessory("Överdrag", "Cover"), MANUAL, Accessory("Väska", "Bag")),
        "BM",
        101,
        18,
    ),
    "for-hastar": Stock(
        ModelFacts(
            "Täcket",
            Audience.HORSE,
            "Ett täcke för en lugn kvart i stallet. Vi provar ut storleken hos er, och ni lånar det i fyra veckor utan"
            " kostnad.",
            "A rug for a quiet quarter of an hour in the stable. We find the size at your place, and you borrow it for"
            " four weeks free of charge.",
            usual_days=FOUR_WEEKS,
            pause_days=3,
            value_ore=2_450_000,
            price_ore=1_990_000,
        ),
        (CHARGER, CABLE, Accessory("Innertyg", "Lining"), Accessory("Gjord", "Girth"), MANUAL),
        "HT",
        201,
        14,
    ),
}
"""By the addresses of the models that come with the house."""

NOTES = {
    "BM-103": "Repa på styrdosan, fungerar som den ska.",
    "BM-108": "Nytt överdrag sedan i våras.",
    "HT-204": "Storlek 125.",
    "HT-205": "Storlek 165, störst i lagret.",
}


def open_stock(owner: User, since: datetime) -> None:
    """Everything is there to lend, asked about, rated and agreed to."""
    ensure_models()
    ensure_questions()
    ensure_scales()
    ensure_agreement(since)
    for slug, stock in STOCK.items():
        model = model_by_slug(slug)
        if model is not None:
            change_model(model, stock.facts, stock.accessories)
            _add_units(model, stock, owner, since)
            offer(model)


def _add_units(model: DeviceModel, stock: Stock, owner: User, since: datetime) -> None:
    for count in range(stock.count):
        serial = f"{stock.letters}-{stock.first_number + count}"
        bought_on = (since - timedelta(days=200 - 12 * count)).date()
        add_unit(UnitFacts(serial, model, acquired_on=bought_on, note=NOTES.get(serial, "")), owner, since)
