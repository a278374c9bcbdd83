"""What the pages of trials show of the care around them."""

from app.core.labels import label
from app.trials.touch_points import TouchPointKind
from app.trials.views import bp


@bp.app_template_global()
def touch_point_words(name: str) -> str:
    """What the touch point of that name is called."""
    return label(TouchPointKind(name))
