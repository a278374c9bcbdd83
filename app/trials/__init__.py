"""A device lent for some weeks: which units there are, who has which, how it goes, and what came of it."""
