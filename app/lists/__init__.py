"""Lists: views that are saved, and what is done to many at once and can be undone."""
