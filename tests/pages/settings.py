"""The business itself."""

from tests.pages.table import inside

PAGES = (inside("settings", "settings.business"),)
