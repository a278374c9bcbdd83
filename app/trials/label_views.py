"""Labels to stick on units: a code that opens the unit's page, and its serial number in plain letters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import segno
from flask import abort, current_app, render_template, request
from markupsafe import Markup

from app.articles.views import site
from app.core.public_addresses import public_address
from app.core.routes import row_number
from app.settings.queries import the_business
from app.trials.model_queries import GONE, every_model
from app.trials.queries import unit_called
from app.trials.unit_queries import every_unit
from app.trials.units import DeviceUnit
from app.trials.views import bp

ON_A_SHEET = 24
"""Three across and eight down, 70 × 37 mm each: the commonest sheet of labels in A4."""
QUIET_ZONE = 2
"""Modules of white around the code; the label adds more."""


@dataclass(frozen=True, slots=True)
class UnitLabel:
    """One label."""

    unit: DeviceUnit
    code: Markup
    """An inline picture."""


@bp.get("/trials/units/<serial>/label")
def unit_label(serial: str) -> str:
    unit = unit_called(serial) or abort(404)
    return render_template("trials/label.html", label=_label(unit), **_words())


@bp.get("/trials/units/labels")
def unit_labels() -> str:
    """Labels of all units, or of a model's, on sheets of which some labels may have been used already."""
    model_id = request.args.get("model", type=row_number)
    used = min(request.args.get("used", 0, type=row_number), ON_A_SHEET - 1)
    units = [unit for unit in every_unit() if unit.state not in GONE and model_id in (None, unit.model_id)]
    return render_template(
        "trials/labels.html",
        sheets=_sheets([None] * used + [_label(unit) for unit in units]),
        count=len(units),
        used=used,
        models=every_model(),
        model_id=model_id,
        **_words(),
    )


def _sheets(labels: Sequence[UnitLabel | None]) -> Iterable[Sequence[UnitLabel | None]]:
    return [labels[first : first + ON_A_SHEET] for first in range(0, len(labels), ON_A_SHEET)]


def _label(unit: DeviceUnit) -> UnitLabel:
    code = segno.make(public_address("trials.unit", serial=unit.serial), error="m", micro=False)
    picture = code.svg_inline(border=QUIET_ZONE, light="white", omitsize=True, svgclass=None, lineclass=None)
    return UnitLabel(unit, Markup(picture))  # noqa: S704  (segno draws only paths)


def _words() -> dict[str, object]:
    return {
        "business": the_business(),
        "is_only_here": site(current_app.config["PUBLIC_URL"]) in ("localhost", "127.0.0.1"),
    }
