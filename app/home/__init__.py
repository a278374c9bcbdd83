"""Home: today's work on one page."""
