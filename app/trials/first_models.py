"""The models that a new instance starts with, as a table: kept from visitors until the owner has described them."""

from app.consultations.kinds import Audience
from app.trials.model_queries import has_models
from app.trials.model_services import Accessory, ModelFacts, add_model

FIRST_MODELS = {
    "for-manniskor": (
        ModelFacts("För människor", Audience.PERSON),
        (
            Accessory("Laddare", "Charger"),
            Accessory("Kabel", "Cable"),
            Accessory("Bälte", "Belt"),
            Accessory("Bruksanvisning", "Instructions for use"),
            Accessory("Väska", "Bag"),
        ),
    ),
    "for-hastar": (
        ModelFacts("För hästar", Audience.HORSE, usual_days=28, pause_days=2),
        (
            Accessory("Laddare", "Charger"),
            Accessory("Kabel", "Cable"),
            Accessory("Hästtäcke", "Horse rug"),
            Accessory("Gjord", "Girth"),
            Accessory("Bruksanvisning", "Instructions for use"),
        ),
    ),
}
"""By their addresses."""


def ensure_models() -> None:
    """Give an instance that has no models at all the house's own, not offered."""
    if has_models():
        return
    for slug, (facts, accessories) in FIRST_MODELS.items():
        add_model(facts, accessories, slug=slug)
