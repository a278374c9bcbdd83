"""The business itself."""

from tests.acts import send
from tests.pages.table import EMPTY, inside

PAGES = (
    inside("settings", "settings.business"),
    inside("settings-with-errors", "settings.business", EMPTY, act=send(name="", email="maj"), status=422),
)
