"""Plans: letters and tasks that follow each other for a lead, until somebody answers."""
