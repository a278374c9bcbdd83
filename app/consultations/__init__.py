"""A talk with somebody, at an hour of their own: which hours are free, who booked one, and what came of it."""
