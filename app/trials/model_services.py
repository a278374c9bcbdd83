"""How models of devices are made, described, offered to visitors and kept from them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask_babel import lazy_gettext as _l

from app.articles.slugs import free_slug
from app.consultations.kinds import Audience
from app.core.db import db
from app.core.errors import RuleBroken
from app.trials.model_queries import every_slug, last_position, units_to_lend, used_models
from app.trials.units import DeviceModel, ModelAccessory

MOST_ACCESSORIES = 20


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """All that a model is but its accessories, by the names of its columns."""

    name: str
    audience: Audience
    about_sv: str = ""
    about_en: str = ""
    usual_days: int = 21
    pause_days: int = 1
    value_ore: int = 0
    price_ore: int = 0
    deposit_ore: int = 0


@dataclass(frozen=True, slots=True)
class Accessory:
    """Something that belongs to a model, in both languages."""

    name_sv: str
    name_en: str


def add_model(facts: ModelFacts, accessories: Sequence[Accessory] = (), *, slug: str = "") -> DeviceModel:
    """A new model, not offered. Its address is made from its name once, and stays whatever it is renamed to."""
    model = DeviceModel(slug=slug or free_slug(facts.name, every_slug()), position=last_position() + 1)
    db.session.add(model)
    change_model(model, facts, accessories)
    db.session.flush()
    return model


def change_model(model: DeviceModel, facts: ModelFacts, accessories: Sequence[Accessory]) -> None:
    """Describe a model anew. Loans keep the days they have, and an accessory that keeps its name stays the same one."""
    _refuse_accessories(accessories)
    for name, value in asdict(facts).items():
        setattr(model, name, value)
    known = {row.name_sv: row for row in model.accessories}
    model.accessories = [known.get(accessory.name_sv) or ModelAccessory() for accessory in accessories]
    for position, (row, accessory) in enumerate(zip(model.accessories, accessories, strict=True)):
        row.position, row.name_sv, row.name_en = position, accessory.name_sv, accessory.name_en


def offer(model: DeviceModel) -> None:
    """Let visitors ask to try it. Refused while there is no unit to lend."""
    if not units_to_lend().get(model.id):
        raise RuleBroken(_l("Det finns ingen enhet att låna ut än. Lägg till en, så går modellen att erbjuda."))
    model.is_offered = True


def withhold(model: DeviceModel) -> None:
    """Offer it to no more visitors. Trials under way go on."""
    model.is_offered = False


def remove_model(model: DeviceModel) -> None:
    """Take a model away. One that has units, or has been asked for, is refused: it can be kept from visitors."""
    if model.id in used_models():
        raise RuleBroken(_l("Modellen har enheter eller provperioder som hänvisar till den. Dölj den i stället."))
    db.session.delete(model)


def _refuse_accessories(accessories: Sequence[Accessory]) -> None:
    if len(accessories) > MOST_ACCESSORIES:
        raise RuleBroken(_l("Ange högst %(most)s tillbehör, så att de hinner bockas av.", most=MOST_ACCESSORIES))
    names = [accessory.name_sv for accessory in accessories]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise RuleBroken(_l("%(name)s står två gånger bland tillbehören. Skriv hur många det är.", name=twice))
